// One SQLite connection with the store's settings. Used by one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/page_checksums.h"
#include "store/statement_cache.h"

namespace SQLite {
class Database;
}

namespace kontor::store {

enum class Role {
  reader,    // read-only
  snapshot,  // read-only, but may VACUUM INTO another file
  writer,    // the one that commits; the database must exist
  migrator,  // as writer, without the limits on SQL; makes the database if there is none
};

struct ConnectionOptions {
  std::filesystem::path database;
  Role role = Role::reader;
  std::string vfs = {};
  std::string synchronous = "FULL";  // of writer and migrator; anything less is for tests
};

class Connection {
 public:
  // Throws SqlFailure, as all methods do.
  explicit Connection(const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Statement prepare(std::string_view sql) { return statements_->prepare(sql); }
  // Any number of statements; rows are ignored.
  void run_script(const std::string& sql);
  // The first column of the first row; 0 or empty if there is none.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);

  bool in_transaction() const;
  // Statements that run beyond this moment of `clock` are interrupted.
  void set_deadline(const Clock& clock, std::int64_t monotonic_ms);
  void clear_deadline();

  // The last connection to close would otherwise copy the log into the database and remove it. Set
  // for readers, and for a writer whose disk has failed.
  void leave_log_on_close();

  // At the end of each page, for the files that VACUUM makes from now on.
  void reserve_page_bytes(int bytes);

  // WriteTx::outdate_memory(); any thread may read.
  void count_generation() { ++generation_; }
  std::uint64_t generation() const { return generation_; }

  sqlite3* handle() const { return handle_; }

 private:
  static int past_deadline(void* connection);
  void configure(const ConnectionOptions& options);

  const DatabaseInUse in_use_;  // until the next is gone
  std::unique_ptr<SQLite::Database> database_;
  sqlite3* handle_ = nullptr;
  std::unique_ptr<StatementCache> statements_;
  const Clock* clock_ = nullptr;
  std::int64_t deadline_ms_ = 0;
  std::atomic<std::uint64_t> generation_ = 0;
};

}  // namespace kontor::store
