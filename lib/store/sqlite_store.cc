#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/failed_starts.h"
#include "store/long_read.h"
#include "store/snapshot.h"

namespace kontor::store {
namespace {

// Whoever starts the program again must find what happened to this run.
std::function<void(const Error&)> noted(const StoreOptions& options, const Clock& clock) {
  return [failures = FailedStarts(options.database), &clock,
          then = options.on_io_failure](const Error& error) {
    failures.add(clock.now_ms(), error.message);
    if (then) then(error);
  };
}

WriterOptions writer_options(const StoreOptions& options, const Clock& clock,
                             const OpenedWriter& opened, LogTap* tap) {
  return {.queue = options.write_queue,
          .batch = options.write_batch,
          .checkpoints = {options.checkpoint_bytes, options.restart_bytes},
          .on_io_failure = noted(options, clock),
          .before_commit = options.before_commit,
          .tap = tap,
          .disk_full = opened.disk_full,
          .must_empty_log = !opened.log_is_empty};
}

std::unique_ptr<LogTap> make_tap(const StoreOptions& options, const Clock& clock) {
  if (!options.tap_log) return nullptr;
  return std::make_unique<LogTap>(options.database.string() + "-wal", clock, *options.tap_log);
}

std::int64_t size_or_zero(const std::filesystem::path& file) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  return failure ? 0 : static_cast<std::int64_t>(bytes);
}

// SQLite says only that it cannot open a file; the disk is not to blame if nothing can be opened.
bool descriptors_ran_out() {
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == EMFILE || errno == ENFILE;
  ::close(fd);
  return false;
}

Error too_many_files() {
  return {.code = Code::busy, .message = "Too many files are open; try again.", .kind = "files"};
}

Error read_only_error(const std::string& why) {
  return {.code = Code::unavailable, .message = why, .kind = "read_only"};
}

}  // namespace

SqliteStore::SqliteStore(StoreOptions options, const Clock& clock, OpenedWriter opened)
    : options_(std::move(options)),
      clock_(clock),
      mark_(options_.database),
      readers_({.database = options_.database, .role = Role::reader, .vfs = options_.vfs}),
      tap_(make_tap(options_, clock)),
      writer_(std::make_unique<Writer>(
          std::move(opened.connection),
          DiskReserve(reserve_file(options_.database), options_.ballast_bytes),
          writer_options(options_, clock, opened, tap_.get()), clock, statistics_)) {}

SqliteStore::SqliteStore(StoreOptions options, const Clock& clock, std::string read_only)
    : options_(std::move(options)),
      clock_(clock),
      mark_(options_.database),
      readers_({.database = options_.database, .role = Role::reader, .vfs = options_.vfs}),
      read_only_(std::move(read_only)) {}

SqliteStore::~SqliteStore() { close(); }

Result<void> SqliteStore::read_job(const std::function<Result<void>(ReadTx&)>& job) {
  const Timed timed(statistics_.read);
  try {
    ReaderPool::Lease reader = readers_.borrow();
    if (!reader) return Error{.code = Code::unavailable, .message = "The server is stopping."};
    Result<void> outcome = read_once(*reader, job);
    if (reader->in_transaction()) reader.discard();
    return outcome;
  } catch (const SqlFailure& failure) {
    if (failure.primary() == SQLITE_CANTOPEN && descriptors_ran_out()) return too_many_files();
    return to_error(failure);
  }
}

Result<void> SqliteStore::read_once(Connection& connection,
                                    const std::function<Result<void>(ReadTx&)>& job) {
  connection.prepare("BEGIN").run();
  const std::int64_t now_ms = clock_.monotonic_ms();
  const OpenReads::Entry entry = reads_.begin(now_ms);
  connection.set_deadline(clock_, now_ms + options_.read_ms);
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
  if (writer_ == nullptr) return read_only_error(read_only_);
  return writer_->write(std::move(job));
}

Result<void> SqliteStore::queue_job(std::function<Result<void>(WriteTx&)> job,
                                    std::function<void(Result<void>)> done) {
  if (writer_ == nullptr) return read_only_error(read_only_);
  return writer_->queue(std::move(job), std::move(done));
}

Result<bool> SqliteStore::empty_log() {
  if (writer_ == nullptr) return read_only_error(read_only_);
  return writer_->empty_log();
}

Result<void> SqliteStore::snapshot(const std::filesystem::path& target) {
  return write_snapshot(options_.database, target, options_.vfs);
}

Result<std::unique_ptr<LongRead>> SqliteStore::long_read(std::int64_t longest_ms) {
  return LongRead::open(options_.database, clock_, longest_ms, reads_.begin(clock_.monotonic_ms()));
}

StoreHealth SqliteStore::health() const {
  StoreHealth health{.read_only = read_only_,
                     .database_bytes = size_or_zero(options_.database),
                     .oldest_read_ms = reads_.oldest_ms(clock_.monotonic_ms()),
                     .disk_free_bytes = free_bytes(options_.database.parent_path())};
  if (writer_ == nullptr) return health;
  health.disk_full = writer_->disk_full();
  health.writable = !closed_ && !writer_->failed() && !health.disk_full;
  health.queued = writer_->queued();
  health.wal_bytes = writer_->log_bytes();
  return health;
}

std::uint64_t SqliteStore::generation() const {
  return outdated_ + (writer_ == nullptr ? 0 : writer_->generation());
}

void SqliteStore::close() {
  const std::lock_guard lock(close_mutex_);
  if (closed_.exchange(true)) return;
  readers_.close();
  if (writer_ == nullptr || !writer_->stop()) return;
  mark_.clear();
  FailedStarts(options_.database).forget();
}

}  // namespace kontor::store
