// Threads that answer complete requests, and the bounded queue before them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::http {

struct Connection;

class WorkerPool {
 public:
  // Each thread makes its own `Serve` from `make_serve`, so that what it holds needs no lock.
  using Serve = std::function<void(Connection&)>;
  WorkerPool(int threads, std::size_t queue_limit, std::function<Serve()> make_serve);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start();
  // false: the queue is full. Thread-safe.
  bool push(Connection* connection);
  // A request waits for something without a thread, until resume() brings it back: before those
  // that have not begun, and whatever the queue holds. Both thread-safe.
  void put_off();
  void resume(Connection* connection);
  // Calls a thread if a request has waited too long for those that are awake. true: requests wait,
  // so look again soon. Thread-safe.
  bool nudge();
  // Returns when the running requests, and those put off, are done; those still queued are dropped.
  // Idempotent.
  void stop();
  std::size_t queued() const;
  std::size_t busy() const { return busy_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    Connection* connection;
    std::int64_t since_us;  // steady_us()
  };

  void work();
  Connection* next();
  bool is_over() const;
  bool is_overdue() const;
  bool wake_one_more();

  const std::size_t thread_count_;
  const std::size_t queue_limit_;
  const std::size_t crowd_;  // so many threads are awake without a second look
  std::function<Serve()> make_serve_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Entry> queue_;
  std::deque<Entry> resumed_;
  std::size_t put_off_ = 0;
  std::size_t waiting_ = 0;  // threads that have nothing to do
  bool waking_ = false;      // one of them has been called and has not looked at the queue yet
  bool stopping_ = false;
  std::atomic<std::size_t> busy_{0};
  std::vector<std::thread> threads_;
};

}  // namespace kontor::http
