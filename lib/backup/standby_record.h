// What makes a data directory a standby's: <data>/standby.json, which says whose, and how far the
// database is. Nobody else may write to that database: the next pages would not fit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

struct StandbyRecord {
  std::string from;           // the target that it follows, as it was given
  std::string epoch = {};     // empty: its first data are still on their way, or half in
  ChainPlace place = {};      // all up to here is in the database, and nothing behind the next one
  std::int64_t as_of_ms = 0;  // the last commit that is in
  std::int64_t since_ms = 0;
  std::int64_t promoted_ms = 0;  // 0: it is a standby; else it is a server's since then
  bool is_standby() const { return promoted_ms == 0; }
};

// nullopt: there is none. Code::verification_failed if it cannot be read.
Result<std::optional<StandbyRecord>> read_standby_record(const std::filesystem::path& data);

// Durable.
Result<void> write_standby_record(const std::filesystem::path& data, const StandbyRecord& record);

// For whoever is about to write to the database: Code::conflict, kind standby.
Result<void> refuse_standby(const std::filesystem::path& data);

}  // namespace kontor::backup
