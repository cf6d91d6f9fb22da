#include "store/statement.h"

#include <sqlite3.h>

#include <utility>

#include "store/sql_failure.h"
#include "store/statement_cache.h"

namespace kontor::store {
namespace {

// A view without data stands for an empty value; SQLite would take the null pointer for NULL.
const char* bytes_of(std::string_view view) { return view.data() == nullptr ? "" : view.data(); }

std::string_view view_of(const void* data, int size) {
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : cache_(other.cache_), entry_(std::exchange(other.entry_, nullptr)) {}

Statement::~Statement() {
  if (entry_ != nullptr) cache_->give_back(*entry_);
}

void Statement::check_bound(int rc) const {
  if (rc == SQLITE_OK) return;
  throw SqlFailure(rc, std::string(sqlite3_errstr(rc)) + " when binding to: " + entry_->sql);
}

Statement& Statement::bind(int index, std::nullptr_t) {
  check_bound(sqlite3_bind_null(entry_->handle, index));
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  check_bound(sqlite3_bind_int64(entry_->handle, index, value));
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  check_bound(sqlite3_bind_text64(entry_->handle, index, bytes_of(text), text.size(), nullptr,
                                  SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, Blob blob) {
  check_bound(
      sqlite3_bind_blob64(entry_->handle, index, bytes_of(blob.bytes), blob.bytes.size(), nullptr));
  return *this;
}

bool Statement::step() {
  const int rc = sqlite3_step(entry_->handle);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  throw SqlFailure(sqlite3_db_handle(entry_->handle));
}

void Statement::run() {
  while (step()) {
  }
  rewind();
}

void Statement::rewind() { sqlite3_reset(entry_->handle); }

StoredValue Statement::value(int column) const {
  sqlite3_value* value = sqlite3_column_value(entry_->handle, column);
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL: return {};
    case SQLITE_INTEGER: return {.null = false, .integer = sqlite3_value_int64(value)};
    case SQLITE_BLOB: {
      const void* data = sqlite3_value_blob(value);
      return {.null = false, .text = view_of(data, sqlite3_value_bytes(value))};
    }
    default: {
      const void* data = sqlite3_value_text(value);
      return {.null = false, .text = view_of(data, sqlite3_value_bytes(value))};
    }
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(entry_->handle, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(entry_->handle, column);
}

std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_text(entry_->handle, column);
  return view_of(data, sqlite3_column_bytes(entry_->handle, column));
}

std::string_view Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(entry_->handle, column);
  return view_of(data, sqlite3_column_bytes(entry_->handle, column));
}

int Statement::columns() const { return sqlite3_column_count(entry_->handle); }

}  // namespace kontor::store
