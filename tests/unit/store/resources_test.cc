// What the store does with what it holds: descriptors, statements, the log, the planner's figures.
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch_amalgamated.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "store/connection.h"
#include "support/small_store.h"

namespace kontor::store {
namespace {

using test::SmallStore;

// No descriptor can be opened while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 3, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE(
    "F9: without descriptors open connections go on, new ones are refused, and all recovers") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  CHECK(small.count() == 1);
  {
    const NoDescriptors none;
    CHECK(small.add("table").ok());
    const auto refused = small.store->read([&](ReadTx&) -> Result<std::int64_t> {
      return small.store->read([](ReadTx&) -> Result<std::int64_t> { return 0; });
    });
    CHECK(refused.error().code == Code::busy);
    CHECK(refused.error().kind == "files");
    CHECK_FALSE(small.store->snapshot(small.dir.path() / "copy.db").ok());
    CHECK(small.store->health().writable);
    CHECK(small.count() == 2);
  }
  const auto nested = small.store->read([&](ReadTx&) -> Result<std::int64_t> {
    return small.store->read([](ReadTx&) -> Result<std::int64_t> { return 7; });
  });
  CHECK(nested.value() == 7);
  CHECK(small.store->snapshot(small.dir.path() / "copy.db").ok());
}

std::vector<std::string> statements_of(sqlite3* handle) {
  std::vector<std::string> texts;
  for (sqlite3_stmt* at = sqlite3_next_stmt(handle, nullptr); at != nullptr;
       at = sqlite3_next_stmt(handle, at)) {
    texts.emplace_back(sqlite3_sql(at));
  }
  std::ranges::sort(texts);
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("of the prepared statements, those used longest ago go first") {
  const SmallStore small;
  Connection connection({.database = small.dir.database()});
  StatementCache cache(connection.handle(), 2);
  cache.prepare("SELECT 1").run();
  cache.prepare("SELECT 2").run();
  cache.prepare("SELECT 1").run();
  cache.prepare("SELECT 3").run();
  CHECK(cache.size() == 2);
  CHECK(statements_of(connection.handle()) == Texts{"SELECT 1", "SELECT 3"});
}

TEST_CASE(
    "statements in use stay, however many there are, and a second copy goes when it is back") {
  const SmallStore small;
  Connection connection({.database = small.dir.database()});
  StatementCache cache(connection.handle(), 1);
  {
    Statement first = cache.prepare("SELECT 1");
    Statement copy = cache.prepare("SELECT 1");
    Statement second = cache.prepare("SELECT 2");
    CHECK(statements_of(connection.handle()) == Texts{"SELECT 1", "SELECT 1", "SELECT 2"});
    CHECK(first.step());
    CHECK(copy.step());
    CHECK(second.integer(0) == 0);
  }
  cache.prepare("SELECT 3").run();
  CHECK(statements_of(connection.handle()) == Texts{"SELECT 3"});
}

TEST_CASE("the log starts over when the reader that held it back is gone") {
  SmallStore small([](StoreOptions& options) {
    options.checkpoint_bytes = 32 * 1024;
    options.restart_bytes = 64 * 1024;
  });
  const std::string text(2'000, 'x');
  std::promise<void> reading, may_end;
  auto reader = std::async(std::launch::async, [&] {
    return small.store->read([&](ReadTx& tx) -> Result<std::int64_t> {
      auto query = tx.prepare("SELECT count(*) FROM things");
      query.step();
      reading.set_value();
      may_end.get_future().wait();
      return query.integer(0);
    });
  });
  reading.get_future().wait();
  while (small.store->health().wal_bytes < 44 * 1024) REQUIRE(small.add(text).ok());
  // Beyond the limit the writer waits for the reader, but only after it has answered.
  REQUIRE(small.add(std::string(24'000, 'x')).ok());
  may_end.set_value();
  CHECK(reader.get().value() == 0);
  std::int64_t least = small.store->health().wal_bytes;
  for (int at = 0; at < 20; ++at) {
    REQUIRE(small.add(text).ok());
    least = std::min(least, small.store->health().wal_bytes);
  }
  CHECK(least < 32 * 1024);
}

class SteppedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 1'790'000'000'000 + ms_; }
  std::int64_t monotonic_ms() const override { return ms_; }
  void advance_ms(std::int64_t ms) { ms_ += ms; }

 private:
  std::atomic<std::int64_t> ms_ = 1'000;
};

// Counts what all connections opened in its life run, by SQLite's own means.
class Trace {
 public:
  Trace() {
    count_ = 0;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Trace::attach));
  }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Trace::attach)); }
  int optimized() const { return count_; }

 private:
  static int attach(sqlite3* handle, char**, const void*) {
    return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, &Trace::note, nullptr);
  }
  static int note(unsigned, void*, void*, void* text) {
    if (std::string_view(static_cast<const char*>(text)) == "PRAGMA optimize;") ++count_;
    return 0;
  }
  static inline std::atomic<int> count_ = 0;
};

TEST_CASE("the planner's figures are looked after every hour, under load as well") {
  SteppedClock clock;
  const Trace trace;
  const test::ScratchDir dir;
  test::make_small_database(dir, clock).value();
  auto store = Store::open(test::small_options(dir), clock).value();
  const auto write = [&] {
    store->write([](WriteTx&) -> Result<void> { return {}; }).value();
    store->write([](WriteTx&) -> Result<void> { return {}; }).value();
  };
  write();
  CHECK(trace.optimized() == 0);
  clock.advance_ms(3'599'000);
  write();
  CHECK(trace.optimized() == 0);
  clock.advance_ms(1'001);
  write();
  CHECK(trace.optimized() == 1);
  write();
  CHECK(trace.optimized() == 1);
}

}  // namespace
}  // namespace kontor::store
