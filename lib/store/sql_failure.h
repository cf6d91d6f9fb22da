// A failure that SQLite reported. Thrown inside the store only; it becomes an Error at the border.
#pragma once

#include <stdexcept>
#include <string>

#include "base/error.h"

struct sqlite3;

namespace kontor::store {

class SqlFailure : public std::runtime_error {
 public:
  // `code` is SQLite's extended result code.
  SqlFailure(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  // With the code and message of the connection's last failure.
  explicit SqlFailure(sqlite3* handle);

  int code() const { return code_; }
  int primary() const { return code_ & 0xff; }

  // The disk failed, or what it gave back is no database: nothing may be acknowledged any more.
  bool is_disk_failure() const;
  bool is_disk_full() const;
  // The disk was full in a way that leaves open whether a commit is on disk.
  bool is_full_index() const;
  // SQLite may have rolled back the whole transaction, so a savepoint cannot save the rest.
  bool ends_transaction() const;

 private:
  int code_;
};

// What the caller of the store gets to see. Broken constraints are conflicts or invalid input and
// name their column as "/column" where SQLite tells it.
Error to_error(const SqlFailure& failure);

}  // namespace kontor::store
