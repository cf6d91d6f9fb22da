// Jobs that wait for the writer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "base/result.h"

namespace kontor::store {

class WriteTx;

struct Job {
  std::function<Result<void>(WriteTx&)> work;
  std::function<void(Result<void>)> done;  // called once, on the writer's thread
  std::int64_t queued_us = 0;              // when it came, by steady_us()
};

// Bounded; any number of threads push, one takes.
class JobQueue {
 public:
  explicit JobQueue(std::size_t capacity) : capacity_(capacity) {}

  // False if the queue is full or closed; `job` is untouched then.
  bool push(Job& job);
  // Waits until a job is there, the queue is closed or `patience` is over; then up to `max` jobs
  // in the order of their coming.
  std::vector<Job> take(std::size_t max, std::chrono::milliseconds patience);
  // Refuses further jobs; those inside can still be taken.
  void close();
  bool closed() const;
  bool finished() const;  // closed and empty
  std::size_t size() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace kontor::store
