// Segments of the archive merged into few, and restores over them.
#include "backup/archive_merging.h"

#include <catch_amalgamated.hpp>
#include <fstream>

#include "archive_support.h"
#include "backup/segment_merge.h"

using namespace kontor;
using namespace kontor::backup;
using kontor::test::ArchivedDir;
using Names = std::vector<std::string>;

namespace {

// Commits in known windows: the clock begins with a full hour.
struct Hours : ArchivedDir {
  Hours() {
    clock.ahead_ms = k_hour_ms - clock.now_ms() % k_hour_ms;
    start();
    make_base();
  }
  // The moment from which on it is there.
  std::int64_t add_after(std::int64_t ms, const std::string& name) {
    clock.ahead_ms += ms;
    return add_in_its_second(name);
  }
  Merged merge(std::int64_t ahead_ms = 0) {
    return ArchiveMerging(archive(), form).round(clock.now_ms() + ahead_ms).value();
  }
  Names file_names() const {
    Names names;
    for (const auto& file : segments()) names.push_back(file.filename().string().substr(0, 25));
    return names;
  }
  ArchivePoint point(std::optional<std::int64_t> at_ms) {
    return find_point(archive(), backups(), at_ms, form).value();
  }
  Names findings() { return check_archive(archive(), backups(), form)->findings; }
  std::filesystem::path merged_file(const std::string& range) const {
    const auto files = segments();
    const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) {
      return file.filename().string().starts_with(range);
    });
    REQUIRE(found != files.end());
    return *found;
  }
};

void damage(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get());
  file.seekp(middle);
  file.put(static_cast<char>(byte ^ 1));
}

constexpr const char* k_first_three = "000000000001-000000000003";
constexpr const char* k_all_four = "000000000001-000000000004";

}  // namespace

TEST_CASE("A window is merged when it is over, beside what it was merged of") {
  Hours data;
  data.add_in_its_second("one");
  data.add_in_its_second("two");
  data.add_in_its_second("three");
  CHECK(data.merge().files == 0);  // it may still get more
  CHECK(data.segments().size() == 3);
  data.add_after(k_minutes_ms, "four");
  CHECK(data.merge().files == 1);
  CHECK(data.file_names()[2] == k_first_three);
  CHECK(data.segments().size() == 5);
  CHECK(data.merge().files == 0);
  SECTION("the hour, when something comes later") {
    data.add_after(k_hour_ms, "five");
    CHECK(data.merge().files == 1);
  }
  SECTION("or when the clock is past it") { CHECK(data.merge(k_hour_ms).files == 1); }
  SECTION("or when the epoch is over") {
    data.kill();
    data.start();
    CHECK(data.merge().files == 1);
  }
  const auto segments = list_epochs(data.archive())->front().segments;
  CHECK(std::any_of(segments.begin(), segments.end(), [](const SegmentFile& file) {
    return file.file.filename().string().starts_with(k_all_four);
  }));
  CHECK(data.findings().empty());
}

TEST_CASE("A restore takes what is merged where the moment is behind it, and the rest where not") {
  Hours data;
  const std::int64_t one = data.add_in_its_second("one");
  data.add_in_its_second("two");
  const std::int64_t three = data.add_in_its_second("three");
  const std::int64_t four = data.add_after(k_minutes_ms, "four");
  data.merge(k_hour_ms);
  CHECK(data.point(std::nullopt).segments.size() == 1);
  CHECK(data.point(three).segments.size() == 1);
  CHECK(data.point(three - 1000).segments.size() == 2);
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three", "four"});
  CHECK(data.restored(four).value() == Names{"one", "two", "three", "four"});
  CHECK(data.restored(three).value() == Names{"one", "two", "three"});
  CHECK(data.restored(three - 1000).value() == Names{"one", "two"});
  CHECK(data.restored(one).value() == Names{"one"});
  CHECK(data.point(one).merged_until_ms == 0);
}

TEST_CASE("Where only what is merged is left, the moment before it is taken, and told") {
  Hours data;
  const std::int64_t one = data.add_in_its_second("one");
  data.add_after(k_minutes_ms, "two");
  const std::int64_t three = data.add_in_its_second("three");
  const std::int64_t four = data.add_in_its_second("four");
  data.merge(k_hour_ms);
  for (const auto& file : data.segments()) {
    const std::uint64_t first = parse_segment_name(file.filename().string())->first_sequence;
    if (parse_segment_name(file.filename().string())->sequence == first && first > 1) {
      std::filesystem::remove(file);
    }
  }
  CHECK(data.findings().empty());
  CHECK(data.restored(four).value() == Names{"one", "two", "three", "four"});
  CHECK(data.point(four).merged_until_ms == 0);
  CHECK(data.restored(three).value() == Names{"one"});
  CHECK(data.point(three).last_ms < one);
  CHECK(data.point(three).merged_until_ms == four - 1000);
  CHECK(data.point(one).merged_until_ms == 0);  // what is merged begins behind that moment
}

TEST_CASE("A base in the middle of what was merged is one like any other") {
  Hours data;
  data.add_in_its_second("one");
  data.add_in_its_second("two");
  const std::string base = data.make_base().file.filename();
  data.add_in_its_second("three");
  data.merge(k_hour_ms);
  for (const auto& file : data.segments()) {
    const auto name = parse_segment_name(file.filename().string());
    if (name->first_sequence == name->sequence) std::filesystem::remove(file);
  }
  CHECK(data.point(std::nullopt).base.backup == base);
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three"});
}

TEST_CASE("If a merged one is damaged, what it was merged of is taken, and verify reports it") {
  Hours data;
  data.add_in_its_second("one");
  data.add_in_its_second("two");
  data.add_in_its_second("three");
  data.add_after(k_minutes_ms, "four");
  data.merge(k_hour_ms);
  damage(data.merged_file(k_all_four));
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three", "four"});
  REQUIRE(data.findings().size() == 1);
  CHECK(data.findings()[0].find(k_all_four) != std::string::npos);
  SECTION("and if the finer one is, too, the finest") {
    damage(data.merged_file(k_first_three));
    CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three", "four"});
    CHECK(data.findings().size() == 2);
  }
  SECTION("and where nothing else is left, it is refused, with what can be restored") {
    const auto two = data.segments()[1];
    REQUIRE(two.filename().string().starts_with("000000000002-"));
    std::filesystem::remove(two);
    std::filesystem::remove(data.merged_file(k_first_three));
    const auto refused = data.restored(std::nullopt);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find(k_all_four) != std::string::npos);
    CHECK(refused.error().message.find("cannot be restored from it") != std::string::npos);
  }
}

TEST_CASE("A merged one that is not what its parts are is reported, whatever its hash says") {
  Hours data;
  data.add_in_its_second("one");
  data.add_in_its_second("two");
  data.merge(k_hour_ms);
  const auto file = data.segments()[1];
  REQUIRE(file.filename().string().starts_with("000000000001-000000000002-"));
  const Segment segment = read_segment(file, {}).value();
  SegmentHead head = segment.head;
  PageImages pages = segment.pages;
  std::string why = "merged of";
  const std::string other(head.page_bytes, 'x');
  SECTION("another page") { pages.begin()->second = other; }
  SECTION("another time") { --head.first_ms; }
  SECTION("another segment before it") {
    head.previous[0] ^= 1;
    why = "does not follow";
  }
  SECTION("another one that it stands for") {
    head.stands_for[0] ^= 1;
    why = "say of its place";
  }
  write_segment(file, encode_segment(head, pages), {}).value();
  REQUIRE(data.findings().size() == 1);
  INFO(data.findings()[0]);
  CHECK(data.findings()[0].find(why) != std::string::npos);
}

TEST_CASE("Nothing is merged over a damaged segment; it is told once") {
  Hours data;
  for (const char* name : {"one", "two", "three", "four", "five"}) data.add_in_its_second(name);
  damage(data.segments()[2]);
  ArchiveMerging merging(data.archive(), {});
  const Merged merged = merging.round(data.clock.now_ms() + k_hour_ms).value();
  CHECK(merged.files == 2);
  CHECK(merged.findings.size() == 1);
  const Merged again = merging.round(data.clock.now_ms() + k_hour_ms).value();
  CHECK(again.files == 0);
  CHECK(again.findings.empty());
  CHECK(data.findings().size() == 1);
}

TEST_CASE("What no key opens stays as it is, without an error") {
  Hours data;
  data.add_in_its_second("open");
  data.add_in_its_second("open, too");
  data.stop();
  const SecretSealKey key = SecretSealKey::make();
  Keyring keys;
  keys.add(key);
  data.form = segment_form({.keys = {key.public_key()}}, keys);
  data.start();
  data.add_in_its_second("closed");
  data.add_in_its_second("closed, too");
  ArchiveMerging closed(data.archive(), segment_form({.keys = {key.public_key()}}, {}));
  CHECK(closed.round(data.clock.now_ms() + k_hour_ms)->files == 1);
  CHECK(closed.round(data.clock.now_ms() + k_hour_ms)->files == 0);
  CHECK(data.merge(k_hour_ms).files == 1);
  CHECK(data.restored(std::nullopt).value() == Names{"open", "open, too", "closed", "closed, too"});
}

TEST_CASE("Merged are the newest image of each page, and none beyond the end of the database") {
  const std::string a(512, 'a'), b(512, 'b'), c(512, 'c');
  SegmentHead head{.epoch = "e",
                   .first_sequence = 3,
                   .sequence = 3,
                   .first_commit = 7,
                   .last_commit = 8,
                   .first_ms = 1'000,
                   .last_ms = 1'500,
                   .page_bytes = 512,
                   .database_pages = 9,
                   .previous = sha256("before"),
                   .stands_for = {}};
  const auto first = decode_segment(encode_segment(head, {{1, a}, {2, a}, {9, a}}), "x").value();
  head.first_sequence = head.sequence = 4;
  head.first_commit = head.last_commit = 9;
  head.first_ms = head.last_ms = 2'000;
  head.database_pages = 4;
  head.previous = first.hash;
  const auto second = decode_segment(encode_segment(head, {{2, b}, {4, c}}), "x").value();
  SegmentMerge merge;
  REQUIRE(merge.add(first));
  REQUIRE(merge.add(second));
  const auto merged = decode_segment(encode_segment(merge.head(), merge.pages()), "x").value();
  CHECK(merged.pages == PageImages{{1, a}, {2, b}, {4, c}});
  CHECK(merged.head.first_sequence == 3);
  CHECK(merged.head.sequence == 4);
  CHECK(merged.head.first_commit == 7);
  CHECK(merged.head.last_commit == 9);
  CHECK(merged.head.first_ms == 1'000);
  CHECK(merged.head.last_ms == 2'000);
  CHECK(merged.head.database_pages == 4);
  CHECK(merged.head.previous == sha256("before"));
  CHECK(merged.chain_hash() == second.hash);
}

TEST_CASE("A piece has so many pages at most; one segment may have more") {
  const std::string page(65536, 'p');
  const auto segment = [&](std::uint64_t sequence, std::uint32_t first, std::uint32_t count) {
    PageImages pages;
    for (std::uint32_t at = 0; at < count; ++at) pages.emplace(first + at, page);
    return decode_segment(encode_segment({.epoch = "e",
                                          .first_sequence = sequence,
                                          .sequence = sequence,
                                          .first_commit = sequence,
                                          .last_commit = sequence,
                                          .page_bytes = 65536,
                                          .database_pages = 5000,
                                          .previous = {},
                                          .stands_for = {}},
                                         pages),
                          "x")
        .value();
  };
  constexpr std::uint32_t k_most = SegmentMerge::k_most_bytes / 65536;
  SegmentMerge merge;
  CHECK(merge.add(segment(1, 1, 100)));
  CHECK_FALSE(merge.add(segment(2, 101, k_most - 99)));
  CHECK(merge.add(segment(2, 101, k_most - 100)));
  CHECK(merge.add(segment(3, 1, k_most)));
  CHECK(SegmentMerge().add(segment(1, 1, k_most + 100)));
}
