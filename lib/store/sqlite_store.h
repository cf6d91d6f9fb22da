// The Store on SQLite: puts the writer and the readers together; start.cc opens it.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "store/open_reads.h"
#include "store/reader_pool.h"
#include "store/start_check.h"
#include "store/store.h"
#include "store/writer.h"

namespace kontor::store {

struct OpenedWriter {
  std::unique_ptr<Connection> connection;
  bool log_is_empty = true;
  bool disk_full = false;  // not enough room for the log and the reserve
};

class SqliteStore final : public Store {
 public:
  SqliteStore(StoreOptions options, const Clock& clock, OpenedWriter opened);
  // Takes no writes; `read_only` says why.
  SqliteStore(StoreOptions options, const Clock& clock, std::string read_only);
  ~SqliteStore() override;

  Result<std::unique_ptr<LongRead>> long_read(std::int64_t longest_ms) override;
  StoreHealth health() const override;
  std::uint64_t generation() const override;
  void outdate_memory() override { ++outdated_; }
  const Statistics& statistics() const override { return statistics_; }
  Result<void> snapshot(const std::filesystem::path& target) override;
  Result<bool> empty_log() override;
  LogTap* log_tap() override { return tap_.get(); }
  void close() override;

 private:
  Result<void> read_job(const std::function<Result<void>(ReadTx&)>& job) override;
  Result<void> write_job(std::function<Result<void>(WriteTx&)> job) override;
  Result<void> queue_job(std::function<Result<void>(WriteTx&)> job,
                         std::function<void(Result<void>)> done) override;
  Result<void> read_once(Connection& connection, const std::function<Result<void>(ReadTx&)>& job);

  const StoreOptions options_;
  const Clock& clock_;
  Statistics statistics_;
  OpenReads reads_;
  RunningMark mark_;
  ReaderPool readers_;
  const std::string read_only_;
  std::unique_ptr<LogTap> tap_;     // before the writer, which tells it
  std::unique_ptr<Writer> writer_;  // none if read-only
  std::mutex close_mutex_;
  std::atomic<bool> closed_ = false;
  std::atomic<std::uint64_t> outdated_ = 0;
};

}  // namespace kontor::store
