#include "store/checkpoints.h"

#include <sqlite3.h>

#include "store/sql_failure.h"

namespace kontor::store {
namespace {

// All writers wait meanwhile. Usual readers are done by then; a backup is not, and the log grows.
constexpr int k_restart_wait_ms = 50;
constexpr int k_truncate_wait_ms = 5'000;
constexpr int k_usual_wait_ms = 5'000;

}  // namespace

Checkpoints::Checkpoints(Connection& connection, CheckpointLimits limits, LogTap* tap)
    : connection_(connection),
      limits_(limits),
      tap_(tap),
      page_bytes_(connection.integer("PRAGMA page_size")),
      next_passive_bytes_(limits.passive_bytes) {
  sqlite3_wal_hook(connection.handle(), &Checkpoints::note_log_pages, this);
}

Checkpoints::~Checkpoints() { sqlite3_wal_hook(connection_.handle(), nullptr, nullptr); }

int Checkpoints::note_log_pages(void* self, sqlite3*, const char*, int pages) {
  auto& checkpoints = *static_cast<Checkpoints*>(self);
  checkpoints.log_bytes_ = pages * checkpoints.page_bytes_;
  if (checkpoints.tap_ != nullptr) checkpoints.tap_->committed(pages);
  return SQLITE_OK;
}

// The log starts over by itself once it is copied and nobody reads it; until then it grows, and a
// checkpoint for every commit would cost two fsyncs more each.
bool Checkpoints::after_commit() {
  if (log_bytes_ < next_passive_bytes_ - limits_.passive_bytes) {
    next_passive_bytes_ = limits_.passive_bytes;
  }
  if (log_bytes_ < next_passive_bytes_) return false;
  if (tap_ != nullptr && !tap_->may_empty_log(false)) return false;
  if (log_bytes_ < limits_.restart_bytes) run(SQLITE_CHECKPOINT_PASSIVE, 0);
  else run(SQLITE_CHECKPOINT_RESTART, k_restart_wait_ms);
  next_passive_bytes_ = log_bytes_ + limits_.passive_bytes;
  return true;
}

bool Checkpoints::truncate() {
  if (tap_ != nullptr) tap_->may_empty_log(true);
  const bool done = run(SQLITE_CHECKPOINT_TRUNCATE, k_truncate_wait_ms);
  if (done) log_bytes_ = 0;
  return done;
}

bool Checkpoints::run(int mode, int wait_ms) {
  sqlite3_busy_timeout(connection_.handle(), wait_ms);
  const int rc = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(connection_.handle(), k_usual_wait_ms);
  if (rc == SQLITE_OK) return true;
  if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) return false;
  throw SqlFailure(connection_.handle());
}

}  // namespace kontor::store
