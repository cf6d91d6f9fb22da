// When the write-ahead log goes into the database file. Only the writer's thread does it.
#pragma once

#include <cstdint>

#include "store/connection.h"
#include "store/log_tap.h"

namespace kontor::store {

struct CheckpointLimits {
  // Every so many bytes of log: copy what no reader holds back. Waits for nobody.
  std::int64_t passive_bytes = 4LL * 1024 * 1024;
  // Beyond this a reader has held the log back for long: wait for it, 50 ms at most.
  std::int64_t restart_bytes = 64LL * 1024 * 1024;
};

class Checkpoints {
 public:
  // `tap`, if there is one, is told of every commit and asked before the log goes.
  Checkpoints(Connection& connection, CheckpointLimits limits, LogTap* tap = nullptr);
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;
  ~Checkpoints();

  // Throws SqlFailure; a log that others still read is no failure.
  // True if it was time for one.
  bool after_commit();
  // Empties the log. True if it is empty now.
  bool truncate();

  std::int64_t log_bytes() const { return log_bytes_; }

 private:
  static int note_log_pages(void* self, sqlite3*, const char*, int pages);
  bool run(int mode, int wait_ms);

  Connection& connection_;
  CheckpointLimits limits_;
  LogTap* tap_;
  std::int64_t page_bytes_;
  std::int64_t log_bytes_ = 0;
  std::int64_t next_passive_bytes_;
};

}  // namespace kontor::store
