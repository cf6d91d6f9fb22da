// Threads that answer complete requests, and the bounded queue before them. Where they share the
// watch over the sockets as well, a request costs no change of threads (leader and followers).
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
  // What brings requests. One thread at a time uses it, in an order that needs no lock of its own.
  struct Watch {
    // Waits for events, and pushes the requests that they bring. false: it is over for good.
    std::function<bool()> turn;
    // Makes the turn that is under way end soon. Thread-safe.
    std::function<void()> rouse;
  };
  WorkerPool(int threads, std::size_t queue_limit, std::function<Serve()> make_serve);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Before start(). A thread that has nothing to answer takes the watch, unless another has it.
  void share(Watch watch) { watch_ = std::move(watch); }
  void start();
  // For a thread of its own, which answers nothing: sees to it that the watch is taken within a
  // millisecond or two when all who are awake are busy for longer, by calling another thread or by
  // taking it, and that nobody waits in the queue for those who are busy. Returns when it is over.
  void stand_in();

  // false: the queue is full. Thread-safe without a watch, else for its turn alone.
  bool push(Connection* connection);
  // A request waits for something without a thread, until resume() brings it back: before those
  // that have not begun, and whatever the queue holds. Both thread-safe.
  void put_off();
  void resume(Connection* connection);
  // Returns when the running requests, and those put off, are done; those still queued are dropped.
  // A watch must be over. Idempotent.
  void stop();
  std::size_t queued() const;
  std::size_t busy() const { return busy_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    Connection* connection;
    std::int64_t since_us;  // steady_us()
  };
  enum class Watcher : std::uint8_t { none, worker, stand_in };
  // Who is to be woken, found under the lock and done without it.
  struct Call {
    bool worker = false, watcher = false, stand_in = false, all = false;
  };

  void work();
  Connection* next();
  Connection* take();
  bool is_over() const;
  bool is_overdue() const;
  bool may_watch() const;
  std::size_t waiting_requests() const;
  Call call_for_requests();
  Call call_for_watch(std::unique_lock<std::mutex>& lock);
  void make(const Call& call);
  void run_turn(std::unique_lock<std::mutex>& lock, Watcher watcher);

  const std::size_t thread_count_;
  const std::size_t queue_limit_;
  const std::size_t crowd_;  // so many threads are awake without a second look
  std::function<Serve()> make_serve_;
  Watch watch_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable stand_in_ready_;
  std::deque<Entry> queue_;
  std::deque<Entry> resumed_;
  std::size_t put_off_ = 0;
  std::size_t waiting_ = 0;  // threads that have nothing to do, but for the one that watches
  bool waking_ = false;      // one of them has been called and has not looked at the queue yet
  bool stopping_ = false;
  Watcher watcher_ = Watcher::none;
  bool is_coming_ = false;      // who watches will look at the queue soon
  bool watch_is_over_ = false;  // nobody needs to watch any more
  bool stand_in_sleeps_ = false;
  std::uint64_t turns_ = 0;
  std::atomic<std::size_t> busy_{0};
  std::vector<std::thread> threads_;
};

}  // namespace kontor::http
