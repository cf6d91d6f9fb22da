// The steps between the lock on the data directory and the first job; in README.md, "Start".
#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/connection.h"

namespace kontor::store {

// A file beside the database that is there while a store is open: found at start, it says that
// the last one did not end cleanly.
class RunningMark {
 public:
  explicit RunningMark(const std::filesystem::path& database);
  bool is_set() const;
  Result<void> set() const;
  void clear() const;

 private:
  std::filesystem::path file_;
};

// SQLite is new enough (identity.h says for what).
Result<void> check_sqlite();
// True if there is room for what is in the log, twice, for its index and for `reserve_bytes`.
bool has_room_to_start(const std::filesystem::path& database, std::size_t reserve_bytes);
// Gives up the reserve, if that is what it takes to open the database at all. Code::disk_full if
// not even that makes room for the log's index.
Result<void> make_room_to_open(const std::filesystem::path& database);
// The file is ours and its schema is exactly `version`. Reads only.
Result<void> check_schema(Connection& connection, int version);
// PRAGMA quick_check. Throws SqlFailure where SQLite cannot even read.
Result<void> quick_check(Connection& connection);

// Makes the entries of a folder durable.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace kontor::store
