// F7: bits that change on the disk: in the log, in its index, in the database.
#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "store/wal_scan.h"
#include "support/small_store.h"

namespace kontor {
namespace {

using store::ReadTx;
using store::Store;
using test::ScratchDir;
using test::SmallStore;

constexpr int k_commits = 40;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void put_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

struct Files {
  std::string database, log, index;
};

// As a kill leaves them: all commits in the log, none in the database.
const Files& files_of_forty_commits() {
  static const Files files = [] {
    SmallStore small;
    for (int at = 0; at < k_commits; ++at) small.add(std::string(700, 'x')).value();
    const std::string name = small.dir.database().string();
    return Files{bytes_of(name), bytes_of(name + "-wal"), bytes_of(name + "-shm")};
  }();
  return files;
}

std::string flipped(std::string bytes, std::size_t below, std::mt19937& random) {
  const std::size_t at = random() % below;
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
  return bytes;
}

// Where the last two commits begin: damage in them cannot be told from a power cut.
std::size_t sure_bytes(const std::string& log) {
  constexpr std::size_t frame_bytes = 24 + 4096;
  std::size_t bytes = log.size();
  while (store::scan_wal(std::string_view(log).substr(0, bytes)).commits > k_commits - 2) {
    bytes -= frame_bytes;
  }
  return bytes;
}

void check_flips(int flips, unsigned seed) {
  const std::string& log = files_of_forty_commits().log;
  const std::size_t sure = sure_bytes(log);
  std::mt19937 random(seed);
  int found = 0;
  for (int flip = 0; flip < flips; ++flip) {
    found += store::scan_wal(flipped(log, sure, random)).is_damaged() ? 1 : 0;
  }
  WARN(flips << " flips, " << found << " found");
  CHECK(found * 1'000LL >= flips * 995LL);
}

TEST_CASE("F7: flipped bits before the last commits of the log are found") { check_flips(500, 1); }

// A frame of the last commit but one: its salts tell of another log, its sum of this one.
TEST_CASE("F7: a flipped bit in the salts of a frame is found") {
  const std::string& log = files_of_forty_commits().log;
  constexpr std::size_t frame_bytes = 24 + 4096, salts_at = 8;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    std::string damaged = log;
    char& byte = damaged[sure_bytes(log) + salts_at + bit / 8];
    byte = static_cast<char>(byte ^ (1 << bit % 8));
    CHECK(store::scan_wal(damaged).is_damaged());
  }
  CHECK(sure_bytes(log) + 2 * frame_bytes <= log.size());
}

int number_from(const char* variable, int usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::atoi(text);
}

TEST_CASE("F7: of as many flipped bits as are asked for, nearly all are found", "[.][torture]") {
  check_flips(number_from("KONTOR_FLIPS", 10'000),
              static_cast<unsigned>(number_from("KONTOR_TORTURE_SEED", 2)));
}

TEST_CASE("F7: an undamaged log is never called damaged, wherever a power cut ends it") {
  const std::string& log = files_of_forty_commits().log;
  for (std::size_t end = 0; end <= log.size(); end += 509) {
    CHECK_FALSE(store::scan_wal(std::string_view(log).substr(0, end)).is_damaged());
  }
}

// A database in a folder, after some files were damaged.
struct Damaged {
  ScratchDir dir{ScratchDir::memory()};
  SystemClock clock;

  explicit Damaged(const Files& files) {
    put_bytes(dir.database(), files.database);
    put_bytes(dir.database().string() + "-wal", files.log);
    put_bytes(dir.database().string() + "-shm", files.index);
  }
  Result<std::int64_t> rows() {
    auto opened = TRY(Store::open(test::small_options(dir), clock));
    return opened->read([](ReadTx& tx) -> Result<std::int64_t> {
      auto query = tx.prepare("SELECT count(*), sum(length(name)), max(amount) FROM things");
      query.step();
      return query.integer(0);
    });
  }
};

TEST_CASE("F7: a damaged index of the log is made anew and loses nothing") {
  const Files& files = files_of_forty_commits();
  std::mt19937 random(3);
  for (int flip = 0; flip < 40; ++flip) {
    Files damaged = files;
    damaged.index = flipped(damaged.index, damaged.index.size(), random);
    CHECK(Damaged(damaged).rows().value() == k_commits);
  }
  Files rubbish = files;
  rubbish.index.assign(files.index.size(), 'x');
  CHECK(Damaged(rubbish).rows().value() == k_commits);
}

// Without checksums of the pages a changed value cannot be told from a right one; but nothing may
// crash, and what SQLite finds is told.
TEST_CASE("F7: a damaged database is refused or read, and never brings the program down") {
  Files files;
  {
    SmallStore small;
    for (int at = 0; at < k_commits; ++at) small.add(std::string(700, 'x')).value();
    small.store->close();
    files.database = bytes_of(small.dir.database());
  }
  std::mt19937 random(4);
  int refused = 0;
  for (int flip = 0; flip < 150; ++flip) {
    Files damaged = files;
    damaged.database = flipped(damaged.database, damaged.database.size(), random);
    const auto rows = Damaged(damaged).rows();
    if (rows.ok()) continue;
    ++refused;
    CHECK_FALSE(rows.error().message.empty());
  }
  CHECK(refused > 0);
}

}  // namespace
}  // namespace kontor
