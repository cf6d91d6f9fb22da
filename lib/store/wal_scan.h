// Looks for damage in a write-ahead log before SQLite opens it. SQLite takes the log up to the
// first frame whose checksum does not hold and drops the rest without a word: right after a power
// cut, wrong after a flipped bit, which takes every later commit with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace kontor::store {

struct WalScan {
  std::int64_t valid_bytes = 0;   // up to the end of the last valid commit
  std::int64_t commits = 0;       // in the part that is valid
  std::int64_t lost_commits = 0;  // behind it, written for the same log
  bool header_damaged = false;    // the header does not hold, but the frames behind it do

  // With synchronous=FULL at most the last commit can be half on disk: its frames may be in any
  // state. More than one commit behind the break means that acknowledged writes were damaged.
  bool is_damaged() const { return header_damaged || lost_commits >= 2; }
};

WalScan scan_wal(std::string_view bytes);

// Scans `<database>-wal` if there is one. Code::verification_failed with what to do if it is
// damaged. The database must not be open in this process.
Result<void> check_wal(const std::filesystem::path& database);

struct LostCommits {
  std::int64_t commits = 0;       // that can be counted; a damaged header hides their number
  std::filesystem::path kept_in;  // the folder that holds database and log as they were
};

// Gives up what lies behind the damage: copies database and log to `<folder>/damaged-<time>/`, then
// cuts the log to what is valid. nullopt: the log is not damaged, and nothing was done. `now_ms`
// names the folder. Nothing may have the database open.
Result<std::optional<LostCommits>> accept_wal_loss(const std::filesystem::path& database,
                                                   std::int64_t now_ms);

}  // namespace kontor::store
