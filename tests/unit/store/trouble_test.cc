// What the store does when a job, the schema, the queue or the disk misbehaves.
#include <sqlite3.h>

#include <atomic>
#include <catch_amalgamated.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "support/power_cut_vfs.h"
#include "support/small_store.h"

namespace kontor::store {
namespace {

using test::DiskCall;
using test::FaultDisk;
using test::SmallStore;

// Holds the writer inside a job until told to go on, so that others gather behind it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_until_reached() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
  bool open_ = false;
};

using Answer = std::future<Result<std::int64_t>>;

// Jobs that are certain to be in one batch: they wait while another job holds the writer.
std::vector<Answer> together(SmallStore& small, const std::vector<std::string>& names) {
  Gate gate;
  auto holder = std::async(std::launch::async, [&] {
    return small.store->write([&](WriteTx&) -> Result<void> {
      gate.pass();
      return {};
    });
  });
  gate.wait_until_reached();
  std::vector<Answer> answers;
  for (std::size_t at = 0; at < names.size(); ++at) {
    answers.push_back(
        std::async(std::launch::async, [&small, name = names[at]] { return small.add(name); }));
    while (small.store->health().queued < at + 1) std::this_thread::yield();
  }
  gate.open();
  holder.get().value();
  return answers;
}

TEST_CASE("a rule that rolls back everything fails its own job only") {
  SmallStore small;
  auto answers = together(small, {"first", "poison", "last"});
  CHECK(answers[0].get().ok());
  CHECK(answers[1].get().error().code == Code::conflict);
  CHECK(answers[2].get().ok());
  CHECK(small.count() == 2);
}

TEST_CASE("a rule that rolls back everything fails a job that is alone") {
  SmallStore small;
  CHECK(small.add("poison").error().code == Code::conflict);
  CHECK(small.add("chair").ok());
}

TEST_CASE("a reference that breaks at the commit fails its own job only") {
  SmallStore small;
  Gate gate;
  auto holder = std::async(std::launch::async, [&] {
    return small.store->write([&](WriteTx&) -> Result<void> {
      gate.pass();
      return {};
    });
  });
  gate.wait_until_reached();
  auto good = std::async(std::launch::async, [&] { return small.add("chair"); });
  auto broken = std::async(std::launch::async, [&] {
    return small.store->write([](WriteTx& tx) -> Result<void> {
      tx.prepare("INSERT INTO things (name, twin_id) VALUES ('lonely', 99)").run();
      return {};
    });
  });
  while (small.store->health().queued < 2) std::this_thread::yield();
  gate.open();
  CHECK(holder.get().ok());
  CHECK(good.get().ok());
  CHECK(broken.get().error().kind == "reference");
  CHECK(small.count() == 1);
}

TEST_CASE("a full queue refuses at once") {
  SmallStore small([](StoreOptions& options) { options.write_queue = 1; });
  Gate gate;
  auto holder = std::async(std::launch::async, [&] {
    return small.store->write([&](WriteTx&) -> Result<void> {
      gate.pass();
      return {};
    });
  });
  gate.wait_until_reached();
  auto waiting = std::async(std::launch::async, [&] { return small.add("chair"); });
  while (small.store->health().queued < 1) std::this_thread::yield();
  const Result<std::int64_t> refused = small.add("table");
  CHECK(refused.error().code == Code::busy);
  CHECK(refused.error().kind == "queue_full");
  gate.open();
  CHECK(holder.get().ok());
  CHECK(waiting.get().ok());
}

TEST_CASE("jobs that were taken are finished when the store closes") {
  SmallStore small;
  Gate gate;
  auto holder = std::async(std::launch::async, [&] {
    return small.store->write([&](WriteTx&) -> Result<void> {
      gate.pass();
      return {};
    });
  });
  gate.wait_until_reached();
  auto waiting = std::async(std::launch::async, [&] { return small.add("chair"); });
  while (small.store->health().queued < 1) std::this_thread::yield();
  auto closing = std::async(std::launch::async, [&] { small.store->close(); });
  gate.open();
  closing.get();
  CHECK(holder.get().ok());
  CHECK(waiting.get().ok());
  small.open(test::small_options(small.dir));
  CHECK(small.count() == 1);
}

struct FaultyStore {
  FaultDisk disk{"faulty"};
  SmallStore small;
  std::atomic<int> reported = 0;

  FaultyStore() {
    small.store->close();
    StoreOptions options = test::small_options(small.dir);
    options.vfs = disk.name();
    options.on_io_failure = [this](const Error&) { ++reported; };
    small.open(std::move(options));
  }
  void reopen() {
    small.store.reset();
    disk.heal();
    small.open(test::small_options(small.dir));
  }
};

TEST_CASE("after a failed sync nothing is acknowledged any more and the program is told once") {
  for (const bool sticky : {false, true}) {
    FaultyStore faulty;
    REQUIRE(faulty.small.add("kept").ok());
    faulty.disk.fail(DiskCall::sync, 1, SQLITE_IOERR_FSYNC, sticky);
    CHECK(faulty.small.add("unknown").error().code == Code::commit_unknown);
    faulty.disk.heal();
    CHECK(faulty.small.add("refused").error().code == Code::unavailable);
    CHECK_FALSE(faulty.small.store->health().writable);
    CHECK(faulty.small.count() >= 1);
    faulty.small.store->close();
    CHECK(faulty.reported == 1);
    faulty.reopen();
    CHECK(faulty.small.count() >= 1);
    CHECK(faulty.small.add("again").ok());
  }
}

TEST_CASE("after a failed write nothing is acknowledged any more") {
  FaultyStore faulty;
  faulty.disk.fail(DiskCall::write, 1, SQLITE_IOERR_WRITE, true);
  CHECK_FALSE(faulty.small.add("lost").ok());
  CHECK(faulty.small.add("refused").error().code == Code::unavailable);
  faulty.small.store->close();
  CHECK(faulty.reported == 1);
}

TEST_CASE("those who wait behind a failed commit are all refused") {
  FaultyStore faulty;
  faulty.disk.fail(DiskCall::sync, 2, SQLITE_IOERR_FSYNC, false);
  auto answers = together(faulty.small, {"a", "b", "c"});
  for (Answer& answer : answers) CHECK_FALSE(answer.get().ok());
}

TEST_CASE("a full disk refuses writes, serves reads, and takes writes again by itself") {
  FaultyStore faulty;
  REQUIRE(faulty.small.add("kept").ok());
  faulty.disk.fill_up_after(0);
  Result<std::int64_t> refused = faulty.small.add(std::string(20'000, 'x'));
  CHECK(refused.error().code == Code::disk_full);
  CHECK(faulty.small.count() == 1);
  CHECK(faulty.reported == 0);
  faulty.disk.heal();
  Result<std::int64_t> added = faulty.small.add("again");
  while (!added.ok() && added.error().code == Code::disk_full) {
    std::this_thread::yield();
    added = faulty.small.add("again");
  }
  CHECK(added.ok());
  CHECK(faulty.small.store->health().writable);
  CHECK(faulty.small.count() == 2);
}

TEST_CASE("a long log is copied into the database while the store runs") {
  SmallStore small([](StoreOptions& options) { options.checkpoint_bytes = 256 * 1024; });
  for (int at = 0; at < 200; ++at) REQUIRE(small.add(std::string(4'000, 'x')).ok());
  const StoreHealth health = small.store->health();
  CHECK(health.wal_bytes < 1024 * 1024);
  CHECK(health.database_bytes > 512 * 1024);
}

TEST_CASE("many clients share commits") {
  SmallStore small;
  std::vector<std::thread> clients;
  std::atomic<int> written = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&] {
      for (int at = 0; at < 25; ++at) written += small.add("chair").ok() ? 1 : 0;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(written == 200);
  CHECK(small.count() == 200);
}

}  // namespace
}  // namespace kontor::store
