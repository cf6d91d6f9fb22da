#include "http/worker_pool.h"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/connection.h"

namespace kontor::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Stands for the sockets: requests come in, and whoever watches pushes them.
class Sockets {
 public:
  explicit Sockets(WorkerPool& pool) : pool_(pool) {}

  WorkerPool::Watch watch() {
    return {[this] { return turn(); }, [this] { rouse(); }};
  }
  void bring(Connection* connection) {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(connection);
    changed_.notify_one();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }
  bool was_shared() const { return at_once_ > 1; }

 private:
  bool turn() {
    if (++inside_ > 1) at_once_ = 2;
    std::deque<Connection*> requests;
    bool more = true;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return roused_ || ended_ || !arrived_.empty(); });
      roused_ = false;
      requests.swap(arrived_);
      more = !ended_;
    }
    for (Connection* request : requests) pool_.push(request);
    --inside_;
    return more;
  }
  void rouse() {
    const std::lock_guard lock(mutex_);
    roused_ = true;
    changed_.notify_one();
  }

  WorkerPool& pool_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Connection*> arrived_;
  bool roused_ = false;
  bool ended_ = false;
  std::atomic<int> inside_{0}, at_once_{1};
};

// A pool that shares its watch, with the thread that stands in.
class Shared {
 public:
  Shared(int threads, WorkerPool::Serve serve)
      : pool(threads, 1'000, [serve] { return serve; }), sockets(pool) {
    pool.share(sockets.watch());
    stand_in_ = std::thread([this] { pool.stand_in(); });
    pool.start();
  }
  ~Shared() {
    sockets.end();
    stand_in_.join();
    pool.stop();
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  WorkerPool pool;
  Sockets sockets;

 private:
  std::thread stand_in_;
};

bool holds(const auto& condition) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_CASE("a request is answered while the thread that watched is busy with another") {
  Connection slow, quick;
  std::latch release(1);
  std::atomic<bool> begun{false}, answered{false};
  Shared shared(4, [&](Connection& connection) {
    if (&connection == &quick) return answered.store(true);
    begun = true;
    release.wait();
  });
  shared.sockets.bring(&slow);
  CHECK(holds([&] { return begun.load(); }));
  shared.sockets.bring(&quick);
  CHECK(holds([&] { return answered.load(); }));
  release.count_down();
}

TEST_CASE("who stands in watches while every thread is busy") {
  Connection slow, next;
  std::latch release(1);
  std::atomic<int> answered{0};
  Shared shared(1, [&](Connection&) {
    release.wait();
    ++answered;
  });
  shared.sockets.bring(&slow);
  CHECK(holds([&] { return shared.pool.busy() == 1; }));
  shared.sockets.bring(&next);
  CHECK(holds([&] { return shared.pool.queued() == 1; }));
  release.count_down();
  CHECK(holds([&] { return answered == 2; }));
}

TEST_CASE("a late answer finds the only thread, though it watches") {
  Connection late;
  std::atomic<int> answered{0};
  Shared shared(1, [&](Connection&) { ++answered; });
  for (int round = 1; round <= 100; ++round) {
    shared.pool.put_off();
    shared.pool.resume(&late);
    REQUIRE(holds([&] { return answered == round; }));
  }
}

TEST_CASE("requests that wait longer than a millisecond call threads beyond the usual few") {
  constexpr int k_threads = 8;
  std::vector<Connection> slow(k_threads);
  std::latch release(1);
  Shared shared(k_threads, [&](Connection&) { release.wait(); });
  for (auto& connection : slow) shared.sockets.bring(&connection);
  CHECK(holds([&] { return shared.pool.busy() == k_threads; }));
  release.count_down();
}

TEST_CASE("one thread watches at a time, and no request is lost") {
  constexpr int k_rounds = 2'000;
  std::vector<Connection> connections(16);
  std::atomic<int> served{0};
  WorkerPool* pool = nullptr;
  std::atomic<bool> is_ready{false};
  Shared shared(3, [&](Connection& connection) {
    // Every third is put off once, and comes back from another thread's hand.
    while (!is_ready) std::this_thread::yield();
    if (++served % 3 == 0) {
      pool->put_off();
      pool->resume(&connection);
    }
  });
  pool = &shared.pool;
  is_ready = true;
  int brought = 0;
  // What is put off is served twice: of n answers a third are of that kind.
  const auto all_answered = [&] {
    const int answers = served;
    return answers - answers / 3 == brought;
  };
  for (int round = 0; round < k_rounds; ++round) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(round) % connections.size(); ++i) {
      shared.sockets.bring(&connections[i]);
      ++brought;
    }
    REQUIRE(holds(all_answered));
  }
  CHECK_FALSE(shared.sockets.was_shared());
}

}  // namespace
}  // namespace kontor::http
