// F8: one of SQLite's allocations fails, once or from then on, at every part of the work.
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <catch_amalgamated.hpp>
#include <set>

#include "support/small_store.h"

namespace kontor {
namespace {

using store::ReadTx;
using store::Store;
using store::WriteTx;
using test::ScratchDir;

// Stands between SQLite and its allocator. SQLite takes another one only while it is shut down, so
// nothing may have a connection open when one of these begins or ends.
class ShortMemory {
 public:
  ShortMemory() {
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_);
    sqlite3_mem_methods failing = real_;
    failing.xMalloc = &ShortMemory::allocate;
    failing.xRealloc = &ShortMemory::reallocate;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    sqlite3_initialize();
  }
  ShortMemory(const ShortMemory&) = delete;
  ShortMemory& operator=(const ShortMemory&) = delete;
  ~ShortMemory() {
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_MALLOC, &real_);
    sqlite3_initialize();
  }

  void fail(long nth, bool sticky) {
    sticky_ = sticky;
    left_ = nth;
  }
  // False: the failure has not come yet.
  bool heal() { return left_.exchange(0) <= 0; }

 private:
  static bool fails() {
    if (left_ == 0) return false;
    const long left = --left_;
    if (left > 0) return false;
    if (!sticky_) left_ = -1'000'000'000;
    return left == 0 || sticky_;
  }
  static void* allocate(int bytes) { return fails() ? nullptr : real_.xMalloc(bytes); }
  static void* reallocate(void* old, int bytes) {
    return fails() ? nullptr : real_.xRealloc(old, bytes);
  }

  static inline sqlite3_mem_methods real_{};
  static inline std::atomic<long> left_ = 0;  // 0: none fails; below: one has
  static inline std::atomic<bool> sticky_ = false;
};

using Ids = std::set<std::int64_t>;

Result<void> create(Store& store, std::int64_t id) {
  return store.write([id](WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (id, name) VALUES (?1, 'chair')").with(id).run();
    return {};
  });
}

Result<Ids> list(Store& store) {
  return store.read([](ReadTx& tx) -> Result<Ids> {
    Ids found;
    auto query = tx.prepare("SELECT id FROM things ORDER BY id");
    while (query.step()) found.insert(query.integer(0));
    return found;
  });
}

struct Outcome {
  Ids acknowledged, unknown;
  int errors = 0;
};

void live(Store& store, Outcome& outcome) {
  for (std::int64_t id = 1; id <= 6; ++id) {
    const auto made = create(store, id);
    if (made.ok()) outcome.acknowledged.insert(id);
    else if (made.error().code == Code::commit_unknown) outcome.unknown.insert(id);
    outcome.errors += made.ok() ? 0 : 1;
    const auto found = list(store);
    if (found.ok()) CHECK(std::ranges::includes(*found, outcome.acknowledged));
    else ++outcome.errors;
  }
}

bool run_short(ShortMemory& memory, const std::filesystem::path& empty, long nth, bool sticky) {
  const ScratchDir dir(ScratchDir::memory());
  std::filesystem::copy_file(empty, dir.database());
  const SystemClock clock;
  Outcome outcome;
  store::StoreOptions options = test::small_options(dir);
  std::atomic<int> told = 0;
  options.on_io_failure = [&](const Error&) { ++told; };
  memory.fail(nth, sticky);
  {
    auto opened = Store::open(options, clock);
    if (opened.ok()) live(**opened, outcome);
  }
  const bool failed = memory.heal();
  INFO("allocation " << nth << (sticky ? " and all after it" : ""));
  CHECK(told == 0);
  auto again = Store::open(test::small_options(dir), clock);
  REQUIRE(again.ok());
  CHECK((*again)->health().writable);
  const Ids found = list(**again).value();
  CHECK(std::ranges::includes(found, outcome.acknowledged));
  for (const std::int64_t id : found) {
    CHECK((outcome.acknowledged.contains(id) || outcome.unknown.contains(id)));
  }
  if (!failed) CHECK(outcome.acknowledged.size() == 6);
  return failed;
}

TEST_CASE("F8: memory that runs out fails requests, loses no write and is no failing disk") {
  const ScratchDir dir(ScratchDir::memory());
  test::make_small_database(dir, SystemClock()).value();
  ShortMemory memory;
  int failures = 0;
  for (long nth = 1; run_short(memory, dir.database(), nth, false); nth += 13) ++failures;
  for (long nth = 7; run_short(memory, dir.database(), nth, true); nth += 37) ++failures;
  CHECK(failures > 60);
}

}  // namespace
}  // namespace kontor
