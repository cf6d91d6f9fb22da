#include "store/connection.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <utility>

#include "base/limits.h"
#include "store/page_checksums.h"
#include "store/sql_failure.h"
#include "store/sql_functions.h"

namespace kontor::store {
namespace {

constexpr int k_busy_ms = 5'000;
// About 0.1 ms of work between two looks at the clock.
constexpr int k_deadline_instructions = 4'000;

int open_flags(Role role) {
  switch (role) {
    case Role::reader:
    case Role::snapshot: return SQLite::OPEN_READONLY;
    case Role::writer: return SQLite::OPEN_READWRITE;
    case Role::migrator: return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
  }
  return SQLite::OPEN_READONLY;
}

std::unique_ptr<SQLite::Database> open_database(const ConnectionOptions& options,
                                                const std::string& vfs) {
  try {
    return std::make_unique<SQLite::Database>(options.database.string(), open_flags(options.role),
                                              k_busy_ms, options.vfs.empty() ? vfs : options.vfs);
  } catch (const SQLite::Exception& failure) {
    throw SqlFailure(failure.getExtendedErrorCode() > 0 ? failure.getExtendedErrorCode()
                                                        : failure.getErrorCode(),
                     failure.what());
  }
}

// sqlite.org/security.html, loosened where the program's own SQL needs more.
void limit(sqlite3* handle, Role role) {
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, role == Role::snapshot ? 1 : 0);
  sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  if (role == Role::migrator) return;
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 100'000);
  sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 200);
  sqlite3_limit(handle, SQLITE_LIMIT_COMPOUND_SELECT, 50);
  sqlite3_limit(handle, SQLITE_LIMIT_VDBE_OP, 100'000);
  sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000);
  sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, 2'000);
}

// Sorted indexes are written all over, and what is not in the cache is read for each row: with
// 200,000 orders an order read 14 pages with 8 MiB. Filled only where the data are that large.
constexpr int k_writer_cache_kib = 32 * 1024;

// mmap stays off: an I/O error on a mapped page is a signal that SQLite cannot handle.
constexpr const char* k_common_pragmas =
    "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0; PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8192;";

constexpr const char* k_writing_pragmas =
    "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;";

}  // namespace

Connection::Connection(const ConnectionOptions& options)
    : in_use_(options.database), database_(open_database(options, in_use_.vfs())) {
  handle_ = database_->getHandle();
  sqlite3_extended_result_codes(handle_, 1);
  statements_ = std::make_unique<StatementCache>(handle_, limits::statements_cached);
  configure(options);
}

Connection::~Connection() = default;

void Connection::configure(const ConnectionOptions& options) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  run_script(k_common_pragmas);
  add_sql_functions(handle_);
  if (options.role == Role::reader) {
    run_script("PRAGMA query_only=ON;");
    leave_log_on_close();
  }
  // Else SQLite plans a statement anew with each value that is bound where a partial index might
  // depend on it (`deleted_at IS NULL AND email_norm = ?`): 15 % of an import. What the writer
  // reads it finds by keys, which leave nothing to choose.
  if (options.role == Role::writer)
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
  if (options.role == Role::writer || options.role == Role::migrator) {
    run_script(k_writing_pragmas);
    run_script("PRAGMA cache_size=" + std::to_string(-k_writer_cache_kib) + ";");
    run_script("PRAGMA synchronous=" + options.synchronous + ";");
  }
  limit(handle_, options.role);
}

void Connection::leave_log_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Connection::reserve_page_bytes(int bytes) {
  const int rc = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  if (rc != SQLITE_OK) throw SqlFailure(rc, "no bytes can be reserved");
}

void Connection::run_script(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw SqlFailure(handle_);
  }
}

std::int64_t Connection::integer(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

int Connection::past_deadline(void* connection) {
  const auto* self = static_cast<const Connection*>(connection);
  return self->clock_->monotonic_ms() > self->deadline_ms_ ? 1 : 0;
}

void Connection::set_deadline(const Clock& clock, std::int64_t monotonic_ms) {
  clock_ = &clock;
  deadline_ms_ = monotonic_ms;
  sqlite3_progress_handler(handle_, k_deadline_instructions, &Connection::past_deadline, this);
}

void Connection::clear_deadline() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }

}  // namespace kontor::store
