// The server of a data directory, seen from beside it: who runs it, stopping it, starting it anew,
// and whether it is ready.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/config.h"
#include "session.h"
#include "upgrade/upgrade_record.h"

namespace kontor::app {

// One thread. What it refers to must outlive it.
class ServerControl {
 public:
  ServerControl(const Session& session, const Config& config, std::filesystem::path data)
      : session_(session), config_(config), data_(std::move(data)) {}

  // 0: no server runs. Code::locked if another command works in the directory.
  Result<std::int64_t> pid() const;
  // The unit whose main process this is; empty: it was not started by the system's systemd.
  std::string unit_of(std::int64_t pid) const;

  // As the record says: its unit, else its command; does nothing without both. `sockets`: also the
  // sockets that start it, which stop() has stopped.
  Result<void> restart(const UpgradeRecord& record, const std::filesystem::path& log,
                       bool sockets) const;
  // Until nobody holds the data directory. Does nothing if no server runs.
  Result<void> stop(const UpgradeRecord& record) const;
  // Waits until a server that is not `old_pid` says that it is ready.
  bool wait_until_ready(std::int64_t wait_s, std::int64_t old_pid) const;

  // Where to read what happened: the end of a sentence.
  std::string log_place(const UpgradeRecord& record, const std::filesystem::path& log) const;

 private:
  Result<std::string> systemctl(std::vector<std::string> arguments) const;
  Result<std::vector<std::string>> with_sockets(const std::string& unit) const;
  Result<void> end_process(std::int64_t pid) const;
  bool is_running() const;
  bool ends_within(std::int64_t limit_ms) const;

  const Session& session_;
  const Config& config_;
  std::filesystem::path data_;
};

}  // namespace kontor::app
