#include "http/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/metrics.h"

namespace kontor::http {
namespace {

// Most requests take a tenth of this. Who waits longer waits for threads that wait themselves, for
// the disk or behind a long search.
constexpr std::int64_t k_patience_us = 1'000;
constexpr std::size_t k_least_crowd = 2;

}  // namespace

WorkerPool::WorkerPool(int threads, std::size_t queue_limit, std::function<Serve()> make_serve)
    : thread_count_(static_cast<std::size_t>(threads)),
      queue_limit_(queue_limit),
      crowd_(std::max(k_least_crowd, std::size_t{std::thread::hardware_concurrency()})),
      make_serve_(std::move(make_serve)) {}

void WorkerPool::start() {
  for (std::size_t i = 0; i < thread_count_; ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::push(Connection* connection) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back({connection, steady_us()});
    wake = wake_one_more();
  }
  if (wake) ready_.notify_one();
  return true;
}

void WorkerPool::put_off() {
  const std::lock_guard lock(mutex_);
  ++put_off_;
}

void WorkerPool::resume(Connection* connection) {
  bool wake = false, last = false;
  {
    const std::lock_guard lock(mutex_);
    resumed_.push_back({connection, steady_us()});
    --put_off_;
    wake = wake_one_more();
    last = is_over();
  }
  if (last) {
    ready_.notify_all();
  } else if (wake) {
    ready_.notify_one();
  }
}

// Nothing is there and nothing will come.
bool WorkerPool::is_over() const { return stopping_ && put_off_ == 0; }

// Threads are called one by one: who wakes takes a request, and calls the next if there are more. A
// request that arrives while one is being called would else cost a system call and a change of
// threads of its own, although the thread on its way, or one that is busy for some microseconds
// more, would have found it in the queue. For the same reason no more of them are called than there
// are processors, as long as nobody waits for long.
bool WorkerPool::wake_one_more() {
  if ((queue_.empty() && resumed_.empty()) || waiting_ == 0 || waking_) return false;
  if (thread_count_ - waiting_ >= crowd_ && !is_overdue()) return false;
  waking_ = true;
  return true;
}

bool WorkerPool::is_overdue() const {
  const Entry& first = (queue_.empty() ? resumed_ : queue_).front();
  return steady_us() - first.since_us > k_patience_us;
}

bool WorkerPool::nudge() {
  bool wake = false, waiting = false;
  {
    const std::lock_guard lock(mutex_);
    waiting = !queue_.empty() || !resumed_.empty();
    wake = wake_one_more();
  }
  if (wake) ready_.notify_one();
  return waiting;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  ready_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::work() {
  pthread_setname_np(pthread_self(), "http-worker");
  const Serve serve = make_serve_();
  while (Connection* connection = next()) {
    busy_.fetch_add(1, std::memory_order_relaxed);
    serve(*connection);
    busy_.fetch_sub(1, std::memory_order_relaxed);
  }
}

Connection* WorkerPool::next() {
  std::unique_lock lock(mutex_);
  while (!is_over() && queue_.empty() && resumed_.empty()) {
    ++waiting_;
    ready_.wait(lock);
    --waiting_;
    waking_ = false;
  }
  auto& from = resumed_.empty() ? queue_ : resumed_;
  if (from.empty()) return nullptr;
  Connection* connection = from.front().connection;
  from.pop_front();
  const bool wake = wake_one_more();
  lock.unlock();
  if (wake) ready_.notify_one();
  return connection;
}

}  // namespace kontor::http
