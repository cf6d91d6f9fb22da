#include "http/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
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
  Call call;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back({connection, steady_us()});
    // With a watch it is its turn that pushes, and then looks at the queue.
    is_coming_ = watcher_ == Watcher::worker;
    call = call_for_requests();
  }
  make(call);
  return true;
}

void WorkerPool::put_off() {
  const std::lock_guard lock(mutex_);
  ++put_off_;
}

void WorkerPool::resume(Connection* connection) {
  Call call;
  {
    const std::lock_guard lock(mutex_);
    resumed_.push_back({connection, steady_us()});
    --put_off_;
    call = call_for_requests();
    call.all = is_over();
  }
  make(call);
}

// Nothing is there and nothing will come.
bool WorkerPool::is_over() const { return stopping_ && put_off_ == 0; }

bool WorkerPool::may_watch() const {
  return watch_.turn && !watch_is_over_ && watcher_ == Watcher::none;
}

std::size_t WorkerPool::waiting_requests() const { return queue_.size() + resumed_.size(); }

bool WorkerPool::is_overdue() const {
  const Entry& first = (queue_.empty() ? resumed_ : queue_).front();
  return steady_us() - first.since_us > k_patience_us;
}

// Threads are called one by one: who wakes takes a request, and calls the next if there are more. A
// request that arrives while one is being called would else cost a system call and a change of
// threads of its own, although the thread on its way, or one that is busy for some microseconds
// more, would have found it in the queue. For the same reason no more of them are called than there
// are processors, as long as nobody waits for long, and none for a request that the thread which
// watches will find as soon as its turn ends.
WorkerPool::Call WorkerPool::call_for_requests() {
  Call call;
  const bool is_watching = watcher_ == Watcher::worker && !is_coming_;
  const bool more = waiting_requests() > (watcher_ == Watcher::worker && is_coming_ ? 1U : 0U);
  if (more && !waking_) {
    const auto awake = thread_count_ - waiting_ - (is_watching ? 1 : 0);
    const bool may_call = awake < crowd_ || is_overdue();
    call.worker = may_call && waiting_ > 0;
    call.watcher = may_call && waiting_ == 0 && is_watching;
    waking_ = call.worker;
    is_coming_ = is_coming_ || call.watcher;
  }
  const bool nobody_comes = more && !waking_ && !call.watcher;
  call.stand_in = stand_in_sleeps_ && (watcher_ == Watcher::none || nobody_comes);
  if (call.stand_in) stand_in_sleeps_ = false;
  return call;
}

void WorkerPool::make(const Call& call) {
  if (call.all) {
    ready_.notify_all();
  } else if (call.worker) {
    ready_.notify_one();
  }
  if (call.watcher) watch_.rouse();
  if (call.stand_in) stand_in_ready_.notify_one();
}

// The lock orders the turns of different threads, so what they use needs none.
void WorkerPool::run_turn(std::unique_lock<std::mutex>& lock, Watcher watcher) {
  watcher_ = watcher;
  is_coming_ = false;
  ++turns_;
  lock.unlock();
  const bool more = watch_.turn();
  lock.lock();
  watcher_ = Watcher::none;
  watch_is_over_ = !more;
  if (watch_is_over_) stand_in_ready_.notify_one();
}

// While requests come often it looks once a millisecond, so that who takes one need not wake it. It
// sleeps when a thread has watched for that long without an event.
void WorkerPool::stand_in() {
  constexpr auto patience = std::chrono::microseconds(k_patience_us);
  std::unique_lock lock(mutex_);
  while (!watch_is_over_) {
    const auto seen = turns_;
    const auto is_called = [this] { return watch_is_over_ || !stand_in_sleeps_; };
    stand_in_ready_.wait_for(lock, patience, [this] { return watch_is_over_; });
    if (turns_ == seen && watcher_ != Watcher::none && waiting_requests() == 0) {
      stand_in_sleeps_ = true;
      stand_in_ready_.wait(lock, is_called);
      stand_in_sleeps_ = false;
      continue;
    }
    const bool is_deserted = turns_ == seen && may_watch();
    const Call call = is_deserted ? call_for_watch(lock) : call_for_requests();
    lock.unlock();
    make(call);
    lock.lock();
  }
}

// Somebody who can also answer what comes, if there is one.
WorkerPool::Call WorkerPool::call_for_watch(std::unique_lock<std::mutex>& lock) {
  while (may_watch() && waiting_ == 0) run_turn(lock, Watcher::stand_in);
  if (!may_watch() || waking_) return call_for_requests();
  waking_ = true;
  return {.worker = true};
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

Connection* WorkerPool::take() {
  auto& from = resumed_.empty() ? queue_ : resumed_;
  if (from.empty()) return nullptr;
  Connection* connection = from.front().connection;
  from.pop_front();
  return connection;
}

Connection* WorkerPool::next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (Connection* connection = take()) {
      const Call call = call_for_requests();
      lock.unlock();
      make(call);
      return connection;
    }
    if (is_over()) return nullptr;
    if (may_watch()) {
      run_turn(lock, Watcher::worker);
      continue;
    }
    ++waiting_;
    ready_.wait(lock);
    --waiting_;
    waking_ = false;
  }
}

}  // namespace kontor::http
