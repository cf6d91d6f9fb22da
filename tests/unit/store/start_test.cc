// Each step of the start has its own refusal.
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch_amalgamated.hpp>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "store/data_dir.h"
#include "store/wal_scan.h"
#include "support/small_store.h"

namespace kontor::store {
namespace {

using test::ScratchDir;
using test::SmallStore;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void put_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_CASE("a data directory is made for its owner alone") {
  ScratchDir scratch;
  const auto path = scratch.path() / "data";
  const auto made = DataDir::create(path);
  REQUIRE(made.ok());
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
  CHECK(std::filesystem::is_directory(made->backups()));
  CHECK_FALSE(made->has_database());
  const auto lock = std::filesystem::status(path / "kontor.lock").permissions();
  CHECK((lock & std::filesystem::perms(077)) == std::filesystem::perms::none);
}

TEST_CASE("a second process on a data directory is told who holds it") {
  ScratchDir scratch;
  {
    const auto first = DataDir::create(scratch.path());
    REQUIRE(first.ok());
    const auto second = DataDir::create(scratch.path());
    CHECK(second.error().code == Code::locked);
    CHECK(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
  }
  CHECK(DataDir::create(scratch.path()).ok());
}

TEST_CASE("a directory that was never set up says how to") {
  ScratchDir scratch;
  const auto missing = DataDir::open(scratch.path() / "nowhere");
  CHECK(missing.error().code == Code::not_initialised);
  CHECK(missing.error().hint.find("kontor init") != std::string::npos);
  CHECK(DataDir::open(scratch.path()).error().code == Code::not_initialised);
}

TEST_CASE("another user's directory is refused") {
  if (::geteuid() != 0) SKIP("only root can give a directory away");
  ScratchDir scratch;
  REQUIRE(::chown(scratch.path().c_str(), 12345, 12345) == 0);
  CHECK(DataDir::create(scratch.path()).error().kind == "wrong_owner");
  REQUIRE(::chown(scratch.path().c_str(), 0, 0) == 0);
  CHECK(DataDir::create(scratch.path(), {.allow_root = false}).error().kind == "runs_as_root");
}

TEST_CASE("a store without a database says how to make one") {
  ScratchDir scratch;
  const SystemClock clock;
  const auto opened = Store::open(test::small_options(scratch), clock);
  CHECK(opened.error().code == Code::not_initialised);
  put_bytes(scratch.database(), "");
  CHECK(Store::open(test::small_options(scratch), clock).error().code == Code::not_initialised);
}

TEST_CASE("another program's database is refused") {
  ScratchDir scratch;
  const SystemClock clock;
  SQLite::Database(scratch.database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE t (a)");
  const std::string before = sha256_hex(bytes_of(scratch.database()));
  const auto opened = Store::open(test::small_options(scratch), clock);
  CHECK(opened.error().kind == "foreign_database");
  CHECK(sha256_hex(bytes_of(scratch.database())) == before);
}

TEST_CASE("a file that is no database is an I/O failure") {
  ScratchDir scratch;
  const SystemClock clock;
  put_bytes(scratch.database(), std::string(8192, 'x'));
  CHECK(Store::open(test::small_options(scratch), clock).error().code == Code::io_error);
}

TEST_CASE("a newer database is refused and keeps its bytes; an older one asks for migration") {
  SmallStore small;
  small.store.reset();
  const std::string before = sha256_hex(bytes_of(small.dir.database()));
  StoreOptions options = test::small_options(small.dir);
  options.schema_version = 0;
  CHECK(Store::open(options, small.clock).error().code == Code::newer_schema);
  options.schema_version = 2;
  const auto older = Store::open(options, small.clock);
  CHECK(older.error().kind == "schema_outdated");
  CHECK(older.error().hint == "kontor migrate up");
  CHECK(sha256_hex(bytes_of(small.dir.database())) == before);
}

TEST_CASE("a clean stop leaves an empty log and no mark") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  CHECK(std::filesystem::exists(small.dir.path() / "kontor.db-running"));
  small.store.reset();
  CHECK_FALSE(std::filesystem::exists(small.dir.path() / "kontor.db-running"));
  CHECK_FALSE(std::filesystem::exists(small.dir.path() / "kontor.db-wal"));
}

TEST_CASE("after an unclean stop the database is checked") {
  SmallStore small;
  for (int at = 0; at < 300; ++at) REQUIRE(small.add(std::string(500, 'x')).ok());
  small.store.reset();
  std::string bytes = bytes_of(small.dir.database());
  for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 8192; ++at) bytes[at] = 'x';
  put_bytes(small.dir.database(), bytes);
  put_bytes(small.dir.path() / "kontor.db-running", "");
  const auto opened = Store::open(test::small_options(small.dir), small.clock);
  REQUIRE_FALSE(opened.ok());
  const Code code = opened.error().code;
  CHECK((code == Code::verification_failed || code == Code::io_error));
}

// The log of a store that was never closed, as a power cut would leave it.
std::string log_of_ten_commits() {
  SmallStore small;
  for (int at = 0; at < 10; ++at) REQUIRE(small.add("chair").ok());
  return bytes_of(small.dir.path() / "kontor.db-wal");
}

TEST_CASE("an undamaged log passes, also when it ends in the middle of a commit") {
  const std::string log = log_of_ten_commits();
  const WalScan whole = scan_wal(log);
  CHECK(whole.commits == 10);
  CHECK_FALSE(whole.is_damaged());
  CHECK_FALSE(scan_wal(log.substr(0, log.size() - 700)).is_damaged());
  CHECK_FALSE(scan_wal("").is_damaged());
  CHECK_FALSE(scan_wal(std::string(4096, '\0')).is_damaged());
}

TEST_CASE("a flipped bit before acknowledged commits is found in the log") {
  const std::string log = log_of_ten_commits();
  int found = 0;
  int flips = 0;
  for (std::size_t at = 0; at < log.size() / 2; at += 97) {
    std::string damaged = log;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    ++flips;
    found += scan_wal(damaged).is_damaged() ? 1 : 0;
  }
  CHECK(found == flips);
}

TEST_CASE("a store with a damaged log does not open, and says what to do") {
  const std::string log = log_of_ten_commits();
  SmallStore small;
  small.store.reset();
  std::string damaged = log;
  damaged[damaged.size() / 3] ^= 1;
  const auto wal = small.dir.path() / "kontor.db-wal";
  put_bytes(wal, damaged);
  const auto opened = Store::open(test::small_options(small.dir), small.clock);
  CHECK(opened.error().kind == "wal_damaged");
  CHECK(opened.error().hint.find("restore a backup") != std::string::npos);
  CHECK(opened.error().hint.find("--accept-wal-loss") != std::string::npos);
  CHECK(bytes_of(wal) == damaged);
}

// A database of three records whose log of ten more commits is damaged after some of them.
struct DamagedLog {
  SmallStore small;
  std::filesystem::path wal = small.dir.path() / "kontor.db-wal";
  std::string bytes;

  explicit DamagedLog(std::size_t at) {
    for (int row = 0; row < 10; ++row) REQUIRE(small.add("chair").ok());
    bytes = bytes_of(wal);
    const std::string database = bytes_of(small.dir.database());
    small.store.reset();
    bytes[at % bytes.size()] ^= 1;
    put_bytes(small.dir.database(), database);
    put_bytes(wal, bytes);
  }
};

TEST_CASE("F7: the commits before a damaged place are kept when the loss is accepted") {
  DamagedLog damaged(20'000);
  const auto before = scan_wal(damaged.bytes);
  REQUIRE(before.commits > 0);
  REQUIRE(before.lost_commits >= 2);

  const auto lost = accept_wal_loss(damaged.small.dir.database(), 1'790'000'000'000);
  REQUIRE(lost.ok());
  REQUIRE(lost->has_value());
  CHECK((*lost)->commits == before.lost_commits);
  CHECK((*lost)->kept_in == damaged.small.dir.path() / "damaged-1790000000000");
  CHECK(bytes_of((*lost)->kept_in / "kontor.db-wal") == damaged.bytes);
  CHECK(bytes_of((*lost)->kept_in / "kontor.db") == bytes_of(damaged.small.dir.database()));

  damaged.small.open(test::small_options(damaged.small.dir));
  CHECK(damaged.small.count() == before.commits);
  CHECK(damaged.small.add("again").ok());
}

TEST_CASE("F7: a log whose header is damaged is given up whole when the loss is accepted") {
  DamagedLog damaged(17);
  CHECK(scan_wal(damaged.bytes).header_damaged);
  const auto lost = accept_wal_loss(damaged.small.dir.database(), 1);
  REQUIRE(lost.ok());
  CHECK((*lost)->commits == 0);
  CHECK(bytes_of((*lost)->kept_in / "kontor.db-wal") == damaged.bytes);
  damaged.small.open(test::small_options(damaged.small.dir));
  CHECK(damaged.small.count() == 0);
}

TEST_CASE("nothing is given up of a log that is whole, and nothing without a copy") {
  SmallStore small;
  small.store.reset();
  CHECK_FALSE(accept_wal_loss(small.dir.database(), 1)->has_value());
  put_bytes(small.dir.path() / "kontor.db-wal", log_of_ten_commits());
  CHECK_FALSE(accept_wal_loss(small.dir.database(), 1)->has_value());

  DamagedLog damaged(20'000);
  put_bytes(damaged.small.dir.path() / "damaged-1", "in the way");
  CHECK_FALSE(accept_wal_loss(damaged.small.dir.database(), 1).ok());
  CHECK(bytes_of(damaged.wal) == damaged.bytes);
}

TEST_CASE("a network file system is refused, and so is FUSE, by what the system says it is") {
  constexpr long nfs = 0x6969, cifs = 0xFF534D42, nine_p = 0x01021997, fuse = 0x65735546;
  constexpr long ext4 = 0xEF53, xfs = 0x58465342, tmpfs = 0x01021994;
  ScratchDir scratch;
  for (const long type : {nfs, cifs, nine_p, fuse}) {
    const auto refused = DataDir::create(scratch.path(), {.filesystem_type = type});
    CHECK(refused.error().kind == "network_filesystem");
    CHECK(refused.error().message.find("shared memory") != std::string::npos);
    CHECK(refused.error().hint == "use a directory on a local disk");
    CHECK(
        DataDir::create(scratch.path(), {.allow_network_filesystem = true, .filesystem_type = type})
            .ok());
  }
  for (const long type : {ext4, xfs, tmpfs}) {
    CHECK(DataDir::create(scratch.path(), {.filesystem_type = type}).ok());
  }
}

TEST_CASE("two stores cannot take the lock of one directory in two processes") {
  ScratchDir scratch;
  const auto held = DataDir::create(scratch.path());
  REQUIRE(held.ok());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = DataDir::create(scratch.path());
    ::_exit(!second.ok() && second.error().code == Code::locked ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace kontor::store
