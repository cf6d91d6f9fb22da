#include "backup/segment.h"

#include <catch_amalgamated.hpp>

using namespace kontor;
using namespace kontor::backup;

namespace {

constexpr std::uint32_t k_page = 512;

struct Sample {
  std::string first = std::string(k_page, 'a');
  std::string second = std::string(k_page, 'b');
  SegmentHead head{.epoch = "2026-11-21T09-15-02Z-0badcafe",
                   .first_sequence = 7,
                   .sequence = 7,
                   .first_commit = 40,
                   .last_commit = 42,
                   .first_ms = 1'000,
                   .last_ms = 1'999,
                   .page_bytes = k_page,
                   .database_pages = 9,
                   .previous = sha256("the one before"),
                   .stands_for = {}};
  PageImages pages{{1, first}, {9, second}};
  std::string file = encode_segment(head, pages);
};

std::string frame(std::uint32_t page, std::uint32_t pages, char fill) {
  std::string bytes(24, '\0');
  bytes[3] = static_cast<char>(page);
  bytes[7] = static_cast<char>(pages);
  return bytes + std::string(k_page, fill);
}

}  // namespace

TEST_CASE("A segment comes back as it was written") {
  const Sample sample;
  const auto segment = decode_segment(sample.file, "x.seg");
  REQUIRE(segment.ok());
  CHECK(segment->head.epoch == sample.head.epoch);
  CHECK(segment->head.sequence == 7);
  CHECK(segment->head.first_commit == 40);
  CHECK(segment->head.last_commit == 42);
  CHECK(segment->head.first_ms == 1'000);
  CHECK(segment->head.last_ms == 1'999);
  CHECK(segment->head.page_bytes == k_page);
  CHECK(segment->head.database_pages == 9);
  CHECK(segment->head.previous == sample.head.previous);
  CHECK(segment->hash == hash_of(sample.file));
  CHECK(segment->pages == sample.pages);
}

TEST_CASE("A merged segment comes back with what it stands for") {
  Sample sample;
  sample.head.first_sequence = 3;
  sample.head.stands_for = sha256("the last one");
  const auto segment = decode_segment(encode_segment(sample.head, sample.pages), "x.seg");
  REQUIRE(segment.ok());
  CHECK(segment->head.first_sequence == 3);
  CHECK(segment->head.is_merged());
  CHECK(segment->chain_hash() == sha256("the last one"));
}

TEST_CASE("Every bit of a segment counts") {
  const Sample sample;
  for (std::size_t at = 0; at < sample.file.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string file = sample.file;
      file[at] = static_cast<char>(file[at] ^ (1 << bit));
      const auto segment = decode_segment(file, "x.seg");
      if (segment.ok()) FAIL("bit " << bit << " of byte " << at);
      if (segment.error().message.find("x.seg") == std::string::npos) FAIL("not named");
    }
  }
}

TEST_CASE("A segment that is cut off or longer than it was is refused") {
  const Sample sample;
  for (std::size_t bytes = 0; bytes < sample.file.size(); ++bytes) {
    if (decode_segment(sample.file.substr(0, bytes), "x.seg").ok()) FAIL(bytes << " bytes");
  }
  CHECK_FALSE(decode_segment(sample.file + '\0', "x.seg").ok());
}

TEST_CASE("What a hash vouches for must still be possible") {
  Sample sample;
  SECTION("pages beyond the database") { sample.head.database_pages = 8; }
  SECTION("commits that end before they begin") { sample.head.last_commit = 39; }
  SECTION("times that end before they begin") { sample.head.last_ms = 999; }
  SECTION("pages of a size that none has") { sample.head.page_bytes = 500; }
  SECTION("no place in the chain") { sample.head.sequence = 0; }
  SECTION("sequences that end before they begin") { sample.head.first_sequence = 8; }
  SECTION("a merged one that stands for none") { sample.head.first_sequence = 6; }
  SECTION("a single one that stands for another") { sample.head.stands_for = sha256("other"); }
  SECTION("no pages") { sample.pages.clear(); }
  SECTION("page 0") { sample.pages = {{0, sample.first}, {1, sample.second}}; }
  CHECK_FALSE(decode_segment(encode_segment(sample.head, sample.pages), "x.seg").ok());
}

TEST_CASE("Commits of one second go together: the last image of each page, none beyond the end") {
  store::LogPiece piece{.page_bytes = k_page, .frames = {}, .commits = {}};
  const auto commit = [&](std::uint64_t number, std::int64_t at_ms, const std::string& frames) {
    piece.frames += frames;
    piece.commits.push_back({number, at_ms, piece.frames.size()});
  };
  commit(1, 5'000, frame(1, 0, 'a') + frame(5, 5, 'a'));
  commit(2, 5'999, frame(1, 2, 'b'));
  commit(3, 6'000, frame(2, 2, 'c'));
  commit(4, 5'000, frame(1, 2, 'd'));  // the clock was set back
  const std::vector<store::LogPiece> pieces = {
      piece};  // the images of the groups are views into it
  const auto groups = group_commits(pieces);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].first_commit == 1);
  CHECK(groups[0].last_commit == 2);
  CHECK(groups[0].first_ms == 5'000);
  CHECK(groups[0].last_ms == 5'999);
  CHECK(groups[0].database_pages == 2);
  CHECK(groups[0].pages == PageImages{{1, std::string_view(frame(1, 2, 'b')).substr(24)}});
  CHECK(groups[1].first_commit == 3);
  CHECK(groups[2].first_commit == 4);
}
