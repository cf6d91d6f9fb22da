#include "store/log_tap.h"

#include <catch_amalgamated.hpp>

#include <fstream>
#include <iterator>

#include "store/checkpoints.h"
#include "store/connection.h"
#include "store/page_copy.h"
#include "support/small_store.h"

using namespace kontor;
using namespace kontor::store;
using kontor::test::SmallStore;

namespace {

void tapped(StoreOptions& options) {
  options.tap_log = LogTapLimits();
  options.checkpoint_bytes = 64 * 1024;
}

void tapped_tightly(StoreOptions& options) {
  options.tap_log = LogTapLimits{.kept_bytes = 0, .log_bytes = 256 * 1024};
  options.checkpoint_bytes = 64 * 1024;
}

std::uint32_t word_at(const std::string& bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
  return word;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What a restore does: each page in its place, then the size of the last commit.
void apply(const LogPiece& piece, std::string& database) {
  const std::size_t step = 24 + piece.page_bytes;
  for (std::size_t at = 0; at < piece.frames.size(); at += step) {
    const std::size_t place = (word_at(piece.frames, at) - 1) * piece.page_bytes;
    if (database.size() < place + piece.page_bytes) database.resize(place + piece.page_bytes);
    database.replace(place, piece.page_bytes, piece.frames, at + 24, piece.page_bytes);
    if (const std::uint32_t pages = word_at(piece.frames, at + 4)) {
      database.resize(pages * piece.page_bytes);
    }
  }
}

// Every commit once and in order. The number of the last one.
std::uint64_t expect_in_order(const LogTaken& taken, std::uint64_t last) {
  CHECK(taken.gap.empty());
  for (const LogPiece& piece : taken.pieces) {
    for (const LogCommit& commit : piece.commits) CHECK(commit.number == ++last);
    CHECK(piece.commits.back().end == piece.frames.size());
  }
  return last;
}

}  // namespace

TEST_CASE("A tap gives every commit, also those that a checkpoint took from the log") {
  SmallStore small(tapped);
  LogTap& tap = *small.store->log_tap();
  const std::filesystem::path base = small.dir.path() / "base.db";
  REQUIRE(copy_pages({.database = small.dir.database(), .target = base}).ok());
  std::string rebuilt = bytes_of(base);
  std::uint64_t last = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 100; ++i) REQUIRE(small.add(std::string(200, 'x')).ok());
    const LogTaken taken = tap.take();
    last = expect_in_order(taken, last);
    for (const LogPiece& piece : taken.pieces) apply(piece, rebuilt);
  }
  CHECK(last == tap.last_commit());
  CHECK(small.store->statistics().checkpoint.total() > 2);

  small.store->close();
  for (const LogPiece& piece : tap.take().pieces) apply(piece, rebuilt);
  CHECK(rebuilt == bytes_of(small.dir.database()));
}

TEST_CASE("A tap has nothing to give where nothing was committed") {
  SmallStore small(tapped);
  LogTap& tap = *small.store->log_tap();
  CHECK(tap.take().pieces.empty());
  CHECK(tap.oldest_waiting_ms() == 0);
  CHECK(tap.waiting_bytes() == 0);

  REQUIRE(small.add("one").ok());
  CHECK(tap.oldest_waiting_ms() != 0);
  CHECK(tap.waiting_bytes() > 0);
  CHECK(tap.take().pieces.size() == 1);
  CHECK(tap.oldest_waiting_ms() == 0);
  CHECK(tap.take().pieces.empty());
}

TEST_CASE(
    "If nobody takes, the log grows to its limit; then the gap is told, and what follows it") {
  SmallStore small(tapped_tightly);
  LogTap& tap = *small.store->log_tap();
  for (int i = 0; i < 8; ++i) REQUIRE(small.add(std::string(4000, 'x')).ok());
  CHECK(small.store->statistics().checkpoint.total() == 0);
  for (int i = 0; i < 100; ++i) REQUIRE(small.add(std::string(4000, 'x')).ok());
  CHECK(small.store->health().wal_bytes < 512 * 1024);
  const LogTaken with_gap = tap.take();
  CHECK_FALSE(with_gap.gap.empty());

  const std::uint64_t before = tap.last_commit();
  REQUIRE(small.add("after the gap").ok());
  CHECK(expect_in_order(tap.take(), before) == before + 1);
}

TEST_CASE("Where another program empties the log, the gap is told") {
  SmallStore small(tapped);
  LogTap& tap = *small.store->log_tap();
  for (int i = 0; i < 3; ++i) REQUIRE(small.add("lost to the tap").ok());
  {
    Connection other({.database = small.dir.database(), .role = Role::writer});
    REQUIRE(Checkpoints(other, {}).truncate());
  }
  REQUIRE(small.add("after").ok());
  const LogTaken taken = tap.take();
  CHECK(taken.pieces.empty());
  CHECK(taken.gap.find("started over unasked") != std::string::npos);
  CHECK(taken.gap_end == 4);
  REQUIRE(small.add("and on").ok());
  CHECK(tap.take().pieces.size() == 1);
}

TEST_CASE("A store without a tap gives none") {
  SmallStore small;
  CHECK(small.store->log_tap() == nullptr);
}
