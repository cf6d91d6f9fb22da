// The Store on SQLite: puts the writer, the readers and the start sequence together.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "store/reader_pool.h"
#include "store/start_check.h"
#include "store/store.h"
#include "store/writer.h"

namespace kontor::store {

class SqliteStore final : public Store {
 public:
  SqliteStore(StoreOptions options, const Clock& clock, std::unique_ptr<Connection> writer);
  ~SqliteStore() override;

  StoreHealth health() const override;
  Result<void> snapshot(const std::filesystem::path& target) override;
  void close() override;

 private:
  Result<void> read_job(const std::function<Result<void>(ReadTx&)>& job) override;
  Result<void> write_job(std::function<Result<void>(WriteTx&)> job) override;
  Result<void> read_once(Connection& connection, const std::function<Result<void>(ReadTx&)>& job);

  const StoreOptions options_;
  const Clock& clock_;
  RunningMark mark_;
  ReaderPool readers_;
  Writer writer_;
  std::mutex close_mutex_;
  std::atomic<bool> closed_ = false;
};

}  // namespace kontor::store
