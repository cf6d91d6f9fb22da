// The one thread that writes: takes the jobs that wait, commits them together, answers, and keeps
// the log short. What it does when the disk fails or is full is in README.md, "Trouble".
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/checkpoints.h"
#include "store/connection.h"
#include "store/disk_reserve.h"
#include "store/group_commit.h"
#include "store/job_queue.h"
#include "store/statistics.h"

namespace kontor::store {

struct WriterOptions {
  std::size_t queue = 0;
  std::size_t batch = 0;
  CheckpointLimits checkpoints = {};
  std::function<void(const Error&)> on_io_failure = {};
  std::function<void(WriteTx&)> before_commit = {};
  LogTap* tap = nullptr;        // outlives the writer
  bool disk_full = false;       // there is no room yet: nothing is written until there is
  bool must_empty_log = false;  // the start could not: done before the first job
};

class Writer {
 public:
  // `connection` passes to the writer's thread, which starts at once.
  Writer(std::unique_ptr<Connection> connection, DiskReserve reserve, WriterOptions options,
         const Clock& clock, Statistics& statistics);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  // Thread-safe. `done` is called on the writer's thread when the job is on disk or has failed; not
  // at all if an error says that the job was not taken.
  Result<void> queue(std::function<Result<void>(WriteTx&)> work,
                     std::function<void(Result<void>)> done);
  // The same, and waits. Not from the writer's thread.
  Result<void> write(std::function<Result<void>(WriteTx&)> work);
  // Empties the log behind the jobs that wait. False: a reader held it back.
  Result<bool> empty_log();
  // Finishes the jobs inside, empties the log, ends the thread. True if the database is clean.
  bool stop();

  bool failed() const { return failed_; }
  bool disk_full() const { return disk_full_; }
  std::size_t queued() const { return queue_.size(); }
  std::int64_t log_bytes() const { return log_bytes_; }
  std::uint64_t generation() const { return connection_->generation(); }

 private:
  void run();
  void run_batch(std::vector<Job> jobs);
  void act_on(const SqlFailure& failure);
  void stop_for_good(const SqlFailure& failure);
  void report_failure();
  void enter_disk_full();
  void look_for_room();
  void tidy();
  void optimize_when_due();
  void answer(Job& job, Result<void> outcome);
  void refuse_all(std::vector<Job>& jobs);
  std::optional<Error> refusal() const;
  std::chrono::milliseconds patience() const;
  template <class Step>
  void guarded(Step&& step);

  std::unique_ptr<Connection> connection_;
  DiskReserve reserve_;
  WriterOptions options_;
  const Clock& clock_;
  Statistics& statistics_;
  JobQueue queue_;
  GroupCommit commit_;
  Checkpoints checkpoints_;
  std::int64_t next_optimize_ms_;
  bool must_empty_log_;  // writer's thread only, as the next
  std::optional<Error> failure_;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> disk_full_;
  std::atomic<bool> clean_ = false;
  std::atomic<std::int64_t> log_bytes_ = 0;
  std::thread thread_;
};

}  // namespace kontor::store
