#include "store/sql_failure.h"

#include <sqlite3.h>

#include <string_view>
#include <utility>

namespace kontor::store {
namespace {

// "UNIQUE constraint failed: customers.email, customers.kind" gives "customers.email, …".
std::string_view after_colon(std::string_view text) {
  const std::size_t at = text.find(": ");
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + 2);
}

// "/email" from "customers.email, customers.kind"; empty for an index on expressions, which
// SQLite names as "index 'name'".
std::string first_pointer(std::string_view columns) {
  columns = columns.substr(0, columns.find(','));
  const std::size_t dot = columns.find('.');
  if (dot == std::string_view::npos || columns.starts_with("index ")) return {};
  return "/" + std::string(columns.substr(dot + 1));
}

Error field_failure(Code code, const char* kind, std::string_view columns, std::string detail) {
  Error error{.code = code, .message = detail, .kind = kind};
  std::string pointer = first_pointer(columns);
  if (!pointer.empty()) error.fields.push_back({std::move(pointer), kind, std::move(detail)});
  return error;
}

Error not_unique(std::string_view columns) {
  const std::string detail = "Another record has this value.";
  Error error = field_failure(Code::conflict, "unique", columns, detail);
  if (error.fields.empty()) error.message += " (" + std::string(columns) + ")";
  return error;
}

// "cannot store TEXT value in INTEGER column orders.total".
Error wrong_type(std::string_view text) {
  const std::size_t at = text.rfind("column ");
  const std::string_view column = at == std::string_view::npos ? "" : text.substr(at + 7);
  return field_failure(Code::invalid, "wrong_type", column, "The value is of the wrong type.");
}

Error constraint_error(const SqlFailure& failure) {
  const std::string_view text = failure.what();
  const std::string name(after_colon(text));
  switch (failure.code()) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return not_unique(name);
    case SQLITE_CONSTRAINT_NOTNULL:
      return field_failure(Code::invalid, "required", name, "A value is required.");
    case SQLITE_CONSTRAINT_DATATYPE: return wrong_type(text);
    case SQLITE_CONSTRAINT_CHECK:
      return {.code = Code::invalid,
              .message = "The record breaks the rule \"" + name + "\".",
              .kind = "check"};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {.code = Code::conflict,
              .message = "A record that is referred to does not exist, or is still referred to.",
              .kind = "reference"};
    default:  // RAISE() in a trigger: the schema's own sentence
      return {.code = Code::conflict, .message = std::string(text), .kind = "rule"};
  }
}

Error disk_error(const SqlFailure& failure) {
  if (failure.code() == SQLITE_IOERR_DATA) {
    return {
        .code = Code::io_error,
        .message = "A page of the database does not have its checksum: the disk has changed it.",
        .kind = "page_checksum",
        .hint = "kontor verify; kontor restore latest --in-place; replace the disk"};
  }
  return {.code = Code::io_error,
          .message = "The database cannot be read or written: " + std::string(failure.what()) +
                     " (SQLite " + std::to_string(failure.code()) + ").",
          .kind = "io_failure",
          .hint = "check the disk and the system's log, then start again"};
}

Error full_error() {
  return {.code = Code::disk_full,
          .message = "The disk is full; nothing was written.",
          .hint = "free some space: writing resumes by itself"};
}

}  // namespace

SqlFailure::SqlFailure(sqlite3* handle)
    : SqlFailure(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle)) {}

bool SqlFailure::is_disk_failure() const {
  if (code_ == SQLITE_IOERR_NOMEM || is_full_index()) return false;
  return primary() == SQLITE_IOERR || primary() == SQLITE_CORRUPT || primary() == SQLITE_NOTADB;
}

bool SqlFailure::is_disk_full() const { return primary() == SQLITE_FULL || is_full_index(); }

// The index of the log could not grow. It holds nothing that must last, so this is no failing disk.
bool SqlFailure::is_full_index() const { return code_ == SQLITE_IOERR_SHMSIZE; }

bool SqlFailure::ends_transaction() const {
  return is_disk_failure() || is_disk_full() || primary() == SQLITE_NOMEM ||
         code_ == SQLITE_IOERR_NOMEM || primary() == SQLITE_INTERRUPT;
}

Error to_error(const SqlFailure& failure) {
  if (failure.is_disk_failure()) return disk_error(failure);
  if (failure.is_disk_full()) return full_error();
  switch (failure.primary()) {
    case SQLITE_CONSTRAINT: return constraint_error(failure);
    case SQLITE_INTERRUPT:
      return {.code = Code::busy, .message = "The query took too long.", .kind = "deadline"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.code = Code::busy, .message = "The database is in use; try again."};
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
      return {.code = Code::busy, .message = "Memory ran out; try again.", .kind = "memory"};
    case SQLITE_TOOBIG: return {.code = Code::too_large, .message = "A value is too large."};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return disk_error(failure);
    default:
      return {.code = Code::internal,
              .message = "SQLite: " + std::string(failure.what()) + " (" +
                         std::to_string(failure.code()) + ")."};
  }
}

}  // namespace kontor::store
