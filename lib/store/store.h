// The store: one SQLite database, one writer thread with group commit, read-only connections per
// thread. See lib/store/README.md for the durability rules and docs/architecture.md for the why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "store/log_tap.h"
#include "store/statistics.h"
#include "store/transaction.h"

namespace kontor::store {

struct StoreOptions {
  std::filesystem::path database;  // …/kontor.db
  std::string vfs = {};            // SQLite VFS name; empty: the default. Tests inject faults here.
  std::size_t write_queue = limits::write_queue;
  std::size_t write_batch = limits::write_batch;
  std::int64_t read_ms = limits::read_ms;
  std::size_t ballast_bytes = 32 * 1024 * 1024;  // 0: none
  // Called once, on the writer thread, when the disk failed: the store has stopped acknowledging.
  // The program's action is to exit with 74 so that a clean start can check what is on disk.
  std::function<void(const Error&)> on_io_failure = {};
  // Runs once in every transaction of the writer, after its jobs and before its COMMIT: the place
  // for what is cheaper done for all of them together. What it throws undoes them all.
  std::function<void(WriteTx&)> before_commit = {};
  // The user_version that the database must have; negative: the newest of embedded_schema().
  int schema_version = -1;
  // Bytes of write-ahead log after which it is copied into the database file, and after which the
  // writer waits for the readers that hold it back.
  std::int64_t checkpoint_bytes = 4LL * 1024 * 1024;
  std::int64_t restart_bytes = 64LL * 1024 * 1024;
  // Keeps what is committed until Store::log_tap() gives it away. Whoever asks for this must take.
  std::optional<LogTapLimits> tap_log = {};
  // Someone looked at what failed and wants to write again: the record of failures (README.md,
  // "Trouble") is dropped, and the whole database checked.
  bool forget_failures = false;
  // Why it takes no writes: pages come in from elsewhere (page_writer.h), which is to be told by
  // outdate_memory(). Empty: it takes them. Nothing is written at the start, either.
  std::string standby = {};
  // A seam for tests that must see writes lost: PRAGMA synchronous of the writer. Anything but
  // FULL breaks the promise of write().
  std::string synchronous = "FULL";
};

class LongRead;

struct StoreHealth {
  bool writable = false;       // the writer runs and the disk takes writes
  bool disk_full = false;      // writes are refused with Code::disk_full until space returns
  std::string read_only = {};  // why this start takes no writes at all; empty: it does
  std::size_t queued = 0;      // jobs waiting
  std::int64_t database_bytes = 0;
  std::int64_t wal_bytes = 0;
  std::int64_t oldest_read_ms = 0;  // since when someone reads; 0: nobody does
  std::int64_t disk_free_bytes = 0;
};

class Store {
 public:
  // Runs the start sequence (README.md, "Start") on an initialised database whose schema is
  // current. The data directory's lock must be held by the caller (store/data_dir.h). Opens without
  // writing (StoreHealth::read_only) after the disk failed again and again, and refuses writes
  // until there is space (StoreHealth::disk_full) on a full disk.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock);
  virtual ~Store() = default;

  // Runs `fn` on a read-only connection, inside one read transaction (one snapshot).
  // Thread-safe; never blocks on the writer. After read_ms the statement is interrupted:
  // Code::busy.
  template <class Fn>
  auto read(Fn&& fn) -> std::invoke_result_t<Fn, ReadTx&> {
    using R = std::invoke_result_t<Fn, ReadTx&>;
    std::optional<R> out;
    Result<void> ran = read_job([&](ReadTx& tx) -> Result<void> {
      out.emplace(fn(tx));
      return {};
    });
    if (!ran.ok()) return std::move(ran).error();
    return *std::move(out);
  }

  // Runs `fn` on the writer thread and returns after the COMMIT that holds its effect is on disk.
  // `fn` may run more than once (a batch that SQLite rolled back is run again job by job), so it
  // must have no effect but through its WriteTx. It must not wait, hash passwords or touch files.
  // Errors of `fn` roll back its own savepoint only. Thread-safe; not from the writer thread.
  template <class Fn>
  auto write(Fn&& fn) -> std::invoke_result_t<Fn, WriteTx&> {
    using R = std::invoke_result_t<Fn, WriteTx&>;
    std::optional<R> out;
    Result<void> ran = write_job([&](WriteTx& tx) -> Result<void> {
      out.emplace(fn(tx));
      if (!out->ok()) return out->error();
      return {};
    });
    if (!ran.ok()) return std::move(ran).error();
    return *std::move(out);
  }

  // The same without waiting: `done` gets what write() would return, once, on the writer's thread.
  // It must be quick and must not throw. An error says that the job was not taken, and that `done`
  // will not be called. `fn` and `done` are copied. Thread-safe.
  template <class Fn, class Done>
  Result<void> write_later(Fn fn, Done done) {
    using R = std::invoke_result_t<Fn&, WriteTx&>;
    auto out = std::make_shared<std::optional<R>>();
    return queue_job(
        [fn = std::move(fn), out](WriteTx& tx) -> Result<void> {
          out->emplace(fn(tx));
          if (!(*out)->ok()) return (*out)->error();
          return {};
        },
        [done = std::move(done), out](Result<void> ran) {
          done(ran.ok() ? std::move(**out) : R(std::move(ran).error()));
        });
  }

  // A read that may take longer than read_ms, on a connection of its own. It must end before the
  // store does. Thread-safe.
  virtual Result<std::unique_ptr<LongRead>> long_read(std::int64_t longest_ms) = 0;

  virtual StoreHealth health() const = 0;
  // Another one after each commit with WriteTx::outdate_memory(): who keeps data in memory reads it
  // before the data, and holds it against this later. One atomic load; any thread.
  virtual std::uint64_t generation() const = 0;
  // The same without a commit of this store: somebody else has written. Any thread.
  virtual void outdate_memory() = 0;
  // Counted since the start; lives as long as the store.
  virtual const Statistics& statistics() const = 0;
  // Writes the database as of now to `target` (which must not exist), checked and durable. Does not
  // hold up the writer. Thread-safe.
  virtual Result<void> snapshot(const std::filesystem::path& target) = 0;
  // Copies the write-ahead log into the database and cuts it to nothing, so that no old page is
  // left in it. False: a reader held it back. Waits for the jobs before it, and for readers a
  // moment.
  virtual Result<bool> empty_log() = 0;
  // nullptr unless StoreOptions::tap_log, and if nothing is written at all. Lives as long as the
  // store; what the last checkpoint took from the log is there after close().
  virtual LogTap* log_tap() = 0;
  // Stops taking jobs, finishes those accepted, checkpoints (TRUNCATE), closes. Idempotent.
  virtual void close() = 0;

 private:
  virtual Result<void> read_job(const std::function<Result<void>(ReadTx&)>& job) = 0;
  virtual Result<void> write_job(std::function<Result<void>(WriteTx&)> job) = 0;
  virtual Result<void> queue_job(std::function<Result<void>(WriteTx&)> job,
                                 std::function<void(Result<void>)> done) = 0;
};

}  // namespace kontor::store
