// A disk that fails again and again is not written to until someone says so.
#include "store/failed_starts.h"

#include <sqlite3.h>

#include <catch_amalgamated.hpp>
#include <fstream>

#include "support/power_cut_vfs.h"
#include "support/small_store.h"

namespace kontor::store {
namespace {

using test::DiskCall;
using test::FaultDisk;
using test::ScratchDir;
using test::SmallStore;

constexpr std::int64_t k_now_ms = 1'790'000'000'000;
constexpr std::int64_t k_minute_ms = 60'000;

TEST_CASE("three failures within ten minutes are too many, further apart they are not") {
  ScratchDir dir;
  const FailedStarts failures(dir.database());
  failures.add(k_now_ms, "first");
  failures.add(k_now_ms + 4 * k_minute_ms, "second");
  CHECK_FALSE(failures.are_too_many());
  failures.add(k_now_ms + 11 * k_minute_ms, "third");
  CHECK(failures.list().size() == 2);
  CHECK_FALSE(failures.are_too_many());
  failures.add(k_now_ms + 12 * k_minute_ms, "a reason\nin two lines");
  CHECK(failures.are_too_many());
  CHECK(describe(failures.list()) ==
        "The disk failed 3 times in a row, last: a reason in two lines.");
  failures.forget();
  CHECK(failures.list().empty());
}

TEST_CASE("F10: failures of another time do not count, whichever way the clock jumped") {
  ScratchDir dir;
  const FailedStarts failures(dir.database());
  failures.add(k_now_ms, "first");
  failures.add(k_now_ms, "second");
  failures.add(0, "in 1970");
  CHECK(failures.list().size() == 1);
}

TEST_CASE("a start that vanishes counts, one that ends well or is refused does not") {
  ScratchDir dir;
  const FailedStarts failures(dir.database());
  failures.begin(k_now_ms);
  failures.end();
  CHECK(failures.list().empty());
  for (int crash = 0; crash < 3; ++crash) failures.begin(k_now_ms + crash);
  CHECK(failures.are_too_many());
  CHECK(failures.list().front().reason == "the process ended in the middle of the start");
}

TEST_CASE("a record that is damaged is no failure") {
  ScratchDir dir;
  std::ofstream(dir.path() / "kontor.db-failures") << "1790000000000 disk\nrubbish\n\n17\n";
  CHECK(FailedStarts(dir.database()).list().size() == 1);
}

// One life of a store whose disk fails in the first commit.
void fail_once(SmallStore& small) {
  FaultDisk disk("failing");
  StoreOptions options = test::small_options(small.dir);
  options.vfs = disk.name();
  small.open(std::move(options));
  disk.fail(DiskCall::sync, 1, SQLITE_IOERR_FSYNC, true);
  CHECK(small.add("unknown").error().code == Code::commit_unknown);
  small.store.reset();
}

TEST_CASE(
    "F3: after three failures in a row the store serves reads and says why it takes no write") {
  SmallStore small;
  REQUIRE(small.add("kept").ok());
  small.store.reset();
  for (int life = 0; life < 3; ++life) fail_once(small);

  small.open(test::small_options(small.dir));
  CHECK(small.count() >= 1);
  const StoreHealth health = small.store->health();
  CHECK_FALSE(health.writable);
  CHECK(health.read_only.find("3 times in a row") != std::string::npos);
  const auto refused = small.add("refused");
  CHECK(refused.error().code == Code::unavailable);
  CHECK(refused.error().kind == "read_only");
  CHECK(refused.error().message == health.read_only);
  CHECK(small.store->snapshot(small.dir.path() / "copy.db").ok());
}

TEST_CASE("a read-only store changes no byte and stays so until it is told to write") {
  SmallStore small;
  small.store.reset();
  for (int life = 0; life < 3; ++life) fail_once(small);
  const auto bytes = std::filesystem::file_size(small.dir.database());
  const auto log = std::filesystem::file_size(small.dir.path() / "kontor.db-wal");
  CHECK(log > 0);
  for (int start = 0; start < 2; ++start) {
    small.open(test::small_options(small.dir));
    CHECK_FALSE(small.store->health().read_only.empty());
    small.store.reset();
    CHECK(std::filesystem::file_size(small.dir.database()) == bytes);
    CHECK(std::filesystem::file_size(small.dir.path() / "kontor.db-wal") == log);
  }
  StoreOptions options = test::small_options(small.dir);
  options.forget_failures = true;
  small.open(options);
  CHECK(small.store->health().read_only.empty());
  CHECK(small.add("again").ok());
  small.store.reset();
  small.open(test::small_options(small.dir));
  CHECK(small.store->health().writable);
}

TEST_CASE("a clean end of the store starts the count anew") {
  SmallStore small;
  small.store.reset();
  for (int life = 0; life < 2; ++life) fail_once(small);
  CHECK(FailedStarts(small.dir.database()).list().size() == 2);
  small.open(test::small_options(small.dir));
  small.store.reset();
  CHECK(FailedStarts(small.dir.database()).list().empty());
}

TEST_CASE("F3: failures of the start itself count as well") {
  SmallStore small;
  small.store.reset();
  FaultDisk disk("failing");
  StoreOptions options = test::small_options(small.dir);
  options.vfs = disk.name();
  disk.fail(DiskCall::read, 3, SQLITE_IOERR_READ, true);
  for (int start = 0; start < 3; ++start) {
    CHECK(Store::open(options, small.clock).error().code == Code::io_error);
  }
  disk.heal();
  small.open(options);
  CHECK_FALSE(small.store->health().read_only.empty());
  small.store.reset();
}

}  // namespace
}  // namespace kontor::store
