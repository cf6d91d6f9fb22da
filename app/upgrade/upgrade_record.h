// What an upgrade has done so far, in a file beside the program: who is killed anywhere can go on,
// and who wants the previous program back later knows which backup belongs to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace kontor::app {

// How far it came.
enum class UpgradeStage {
  swapping,    // the new program may or may not have its name yet
  starting,    // it has; it is not known to be ready
  done,        // it was ready
  going_back,  // the previous one comes back
};

struct UpgradeRecord {
  UpgradeStage stage = UpgradeStage::swapping;
  std::string from, to;     // versions
  std::string data;         // absolute
  std::string backup;       // of before the upgrade
  std::string taken_at;     // of the backup
  std::int64_t schema = 0;  // the database's before it
  std::string unit;         // of systemd; empty: none
  std::string restart;      // a command; empty: none
  std::string key_file;     // opens the backup, if one was given
  std::int64_t wait_s = 0;
  bool is_wanted = false;  // going back: asked for, not after a failure
  bool stops = false;      // going back: the server, and the sockets that start it, were stopped

  bool is_pending() const { return stage != UpgradeStage::done; }
};

// The files beside `program`.
std::filesystem::path record_of(const std::filesystem::path& program);
std::filesystem::path previous_of(const std::filesystem::path& program);
std::filesystem::path fresh_of(const std::filesystem::path& program);
std::filesystem::path log_of(const std::filesystem::path& program);

// nullopt: there is none. Code::verification_failed if it cannot be understood.
Result<std::optional<UpgradeRecord>> read_record(const std::filesystem::path& program);
// Whole and on the disk, or not at all.
Result<void> write_record(const std::filesystem::path& program, const UpgradeRecord& record);
Result<void> remove_record(const std::filesystem::path& program);

}  // namespace kontor::app
