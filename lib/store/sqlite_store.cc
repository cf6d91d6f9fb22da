#include "store/sqlite_store.h"

#include <system_error>
#include <utility>

#include "store/embedded_schema.h"
#include "store/snapshot.h"
#include "store/wal_scan.h"

namespace kontor::store {
namespace {

std::filesystem::path reserve_file(const std::filesystem::path& database) {
  return database.string() + "-reserve";
}

WriterOptions writer_options(const StoreOptions& options) {
  return {.queue = options.write_queue,
          .batch = options.write_batch,
          .checkpoints = {options.checkpoint_bytes, options.restart_bytes},
          .on_io_failure = options.on_io_failure};
}

int schema_version(const StoreOptions& options) {
  if (options.schema_version >= 0) return options.schema_version;
  return embedded_schema().empty() ? 0 : embedded_schema().back().version;
}

std::int64_t size_or_zero(const std::filesystem::path& file) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  return failure ? 0 : static_cast<std::int64_t>(bytes);
}

Error no_reserve(const std::filesystem::path& database) {
  return {.code = Code::disk_full,
          .message = "The disk of " + database.string() + " has no room for the reserve.",
          .hint = "free some space and start again"};
}

// Read-only, so that a database of another program or a newer one keeps its bytes. A log without
// its index cannot be read like that on every file system, but SQLite makes the index itself here.
Result<void> look_before_writing(const StoreOptions& options) {
  Connection reader({.database = options.database, .role = Role::reader, .vfs = options.vfs});
  return check_schema(reader, schema_version(options));
}

Result<std::unique_ptr<Connection>> open_writer(const StoreOptions& options, bool unclean) {
  TRY(look_before_writing(options));
  auto writer = std::make_unique<Connection>(ConnectionOptions{.database = options.database,
                                                               .role = Role::writer,
                                                               .vfs = options.vfs,
                                                               .synchronous = options.synchronous});
  // After a failed fsync the log may hold pages that never reached the disk although the kernel
  // calls them clean: only rewriting them through a checkpoint makes the database whole again.
  if (!Checkpoints(*writer, {}).truncate()) {
    return Error{.code = Code::locked,
                 .message = options.database.string() + " is in use by another program.",
                 .hint = "stop the program that reads it"};
  }
  if (unclean) TRY(quick_check(*writer));
  return writer;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock) {
  std::error_code failure;
  if (!std::filesystem::exists(options.database, failure)) {
    return Error{.code = Code::not_initialised,
                 .message = "There is no database " + options.database.string() + ".",
                 .hint = "kontor init"};
  }
  TRY(check_sqlite());
  DiskReserve reserve(reserve_file(options.database), options.ballast_bytes);
  TRY(check_space(options.database, reserve.is_taken() ? 0 : options.ballast_bytes));
  TRY(check_wal(options.database));
  const RunningMark mark(options.database);
  try {
    std::unique_ptr<Connection> writer = TRY(open_writer(options, mark.is_set()));
    TRY(mark.set());
    if (!reserve.take()) return no_reserve(options.database);
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(std::move(options), clock, std::move(writer)));
  } catch (const SqlFailure& sql) {
    return to_error(sql);
  }
}

SqliteStore::SqliteStore(StoreOptions options, const Clock& clock,
                         std::unique_ptr<Connection> writer)
    : options_(std::move(options)),
      clock_(clock),
      mark_(options_.database),
      readers_({.database = options_.database, .role = Role::reader, .vfs = options_.vfs}),
      writer_(std::move(writer),
              DiskReserve(reserve_file(options_.database), options_.ballast_bytes),
              writer_options(options_), clock) {}

SqliteStore::~SqliteStore() { close(); }

Result<void> SqliteStore::read_job(const std::function<Result<void>(ReadTx&)>& job) {
  try {
    ReaderPool::Lease reader = readers_.borrow();
    if (!reader) return Error{.code = Code::unavailable, .message = "The server is stopping."};
    Result<void> outcome = read_once(*reader, job);
    if (reader->in_transaction()) reader.discard();
    return outcome;
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

Result<void> SqliteStore::read_once(Connection& connection,
                                    const std::function<Result<void>(ReadTx&)>& job) {
  connection.prepare("BEGIN").run();
  connection.set_deadline(clock_, clock_.monotonic_ms() + options_.read_ms);
  Result<void> outcome;
  try {
    ReadTx tx(connection);
    outcome = job(tx);
  } catch (const SqlFailure& failure) {
    outcome = to_error(failure);
  } catch (const std::exception& failure) {
    outcome = Error{.code = Code::internal,
                    .message = "A read failed: " + std::string(failure.what()) + "."};
  }
  connection.clear_deadline();
  if (connection.in_transaction()) connection.prepare("ROLLBACK").run();
  return outcome;
}

Result<void> SqliteStore::write_job(std::function<Result<void>(WriteTx&)> job) {
  return writer_.write(std::move(job));
}

Result<void> SqliteStore::snapshot(const std::filesystem::path& target) {
  return write_snapshot(options_.database, target, options_.vfs);
}

StoreHealth SqliteStore::health() const {
  return {.writable = !closed_ && !writer_.failed() && !writer_.disk_full(),
          .disk_full = writer_.disk_full(),
          .queued = writer_.queued(),
          .database_bytes = size_or_zero(options_.database),
          .wal_bytes = writer_.log_bytes(),
          .disk_free_bytes = free_bytes(options_.database.parent_path())};
}

void SqliteStore::close() {
  const std::lock_guard lock(close_mutex_);
  if (closed_.exchange(true)) return;
  readers_.close();
  if (writer_.stop()) mark_.clear();
}

}  // namespace kontor::store
