// Store::open: the steps between the lock on the data directory and the first job.
#include <sqlite3.h>

#include <system_error>
#include <utility>

#include "store/embedded_schema.h"
#include "store/failed_starts.h"
#include "store/sql_failure.h"
#include "store/sqlite_store.h"
#include "store/start_check.h"
#include "store/wal_scan.h"

namespace kontor::store {
namespace {

using Opened = Result<std::unique_ptr<Store>>;

int schema_version(const StoreOptions& options) {
  if (options.schema_version >= 0) return options.schema_version;
  return embedded_schema().empty() ? 0 : embedded_schema().back().version;
}

// Read-only, so that a database of another program or a newer one keeps its bytes. A log without
// its index cannot be read like that on every file system, but SQLite makes the index itself here.
Result<void> look_before_writing(const StoreOptions& options) {
  Connection reader({.database = options.database, .role = Role::reader, .vfs = options.vfs});
  return check_schema(reader, schema_version(options));
}

enum class Log { empty, in_use, no_room };

Log empty_log(Connection& writer) {
  try {
    return Checkpoints(writer, {}).truncate() ? Log::empty : Log::in_use;
  } catch (const SqlFailure& failure) {
    if (failure.is_disk_full()) return Log::no_room;
    throw;
  }
}

// After a failed fsync the log may hold pages that never reached the disk although the kernel calls
// them clean: only rewriting them through a checkpoint makes the database whole again.
Result<OpenedWriter> open_writer(const StoreOptions& options, DiskReserve& reserve) {
  TRY(look_before_writing(options));
  OpenedWriter opened{.connection = std::make_unique<Connection>(
                          ConnectionOptions{.database = options.database,
                                            .role = Role::writer,
                                            .vfs = options.vfs,
                                            .synchronous = options.synchronous})};
  Log log = empty_log(*opened.connection);
  if (log == Log::no_room) {
    reserve.release();
    log = empty_log(*opened.connection);
  }
  if (log == Log::in_use) {
    return Error{.code = Code::locked,
                 .message = options.database.string() + " is in use by another program.",
                 .hint = "stop the program that reads it"};
  }
  opened.log_is_empty = log == Log::empty;
  return opened;
}

Opened open_writable(StoreOptions options, const Clock& clock) {
  DiskReserve reserve(reserve_file(options.database), options.ballast_bytes);
  const RunningMark mark(options.database);
  try {
    const bool has_room =
        has_room_to_start(options.database, reserve.is_taken() ? 0 : options.ballast_bytes);
    OpenedWriter opened = TRY(open_writer(options, reserve));
    if (mark.is_set() || options.forget_failures) TRY(quick_check(*opened.connection));
    TRY(mark.set());
    opened.disk_full = !has_room || !opened.log_is_empty || !reserve.take();
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(options), clock, std::move(opened)));
  } catch (const SqlFailure& sql) {
    return to_error(sql);
  }
}

Opened open_read_only(StoreOptions options, const Clock& clock, const FailedStarts& failures) {
  try {
    Connection reader({.database = options.database, .role = Role::reader, .vfs = options.vfs});
    TRY(check_schema(reader, schema_version(options)));
    TRY(quick_check(reader));
    std::string why = describe(failures.list()) +
                      " Nothing is written until someone has looked at the disk and started with "
                      "--writable.";
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(options), clock, std::move(why)));
  } catch (const SqlFailure& sql) {
    return to_error(sql);
  }
}

Opened open_standby(StoreOptions options, const Clock& clock) {
  try {
    TRY(look_before_writing(options));
    std::string why = options.standby;
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(options), clock, std::move(why)));
  } catch (const SqlFailure& sql) {
    return to_error(sql);
  }
}

}  // namespace

Opened Store::open(StoreOptions options, const Clock& clock) {
  std::error_code failure;
  if (!std::filesystem::exists(options.database, failure)) {
    return Error{.code = Code::not_initialised,
                 .message = "There is no database " + options.database.string() + ".",
                 .hint = "kontor init"};
  }
  TRY(check_sqlite());
  TRY(make_room_to_open(options.database));
  TRY(check_wal(options.database));
  if (!options.standby.empty()) return open_standby(std::move(options), clock);
  const FailedStarts failures(options.database);
  if (options.forget_failures) failures.forget();
  if (failures.are_too_many()) return open_read_only(std::move(options), clock, failures);
  failures.begin(clock.now_ms());
  Opened opened = open_writable(std::move(options), clock);
  if (!opened.ok() && opened.error().code == Code::io_error) failures.end(opened.error().message);
  else failures.end();
  return opened;
}

}  // namespace kontor::store
