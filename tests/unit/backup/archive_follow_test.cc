// What comes to a target of the archive, into a database that stands by.
#include "backup/archive_follow.h"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <utility>

#include "archive_support.h"
#include "backup/archive_shipping.h"
#include "backup/delivery.h"
#include "backup/standby_record.h"
#include "store/page_writer.h"

using namespace kontor;
using namespace kontor::backup;
using kontor::test::ArchivedDir;
using Names = std::vector<std::string>;

namespace {

struct StandingBy {
  ArchivedDir data;
  test::ScratchDir there{test::ScratchDir::memory()}, here{test::ScratchDir::memory()};
  std::shared_ptr<TargetStore> store = folder_store(there.path());
  std::string epoch;
  ChainPlace place;
  int segments = 0;

  StandingBy() {
    data.start();
    data.make_base();
    data.add("first");
    data.flush();
    ship();
    const FetchWish wish = fetch();
    const auto point = fetch_point(wish, std::nullopt, data.form).value();
    SystemRandom random;
    restore_to(point.backup, copy().parent_path(), {archive_step(point, data.form)}, random)
        .value();
    epoch = point.epoch;
    place = end_of(point, data.form).value();
  }

  FetchWish fetch() const { return {.store = *store, .folder = here.path(), .effort = {}}; }
  std::filesystem::path copy() const { return here.path() / "copy" / "kontor.db"; }

  void ship() {
    const BackupTarget target{.kind = BackupTarget::Kind::folder, .place = there.path().string()};
    ship_archive(
        {.archive = data.archive(), .backups = data.backups(), .target = target, .store = store},
        data.clock)
        .value();
    deliver({.backups = data.backups(), .target = target, .store = store, .at_once = true},
            data.clock)
        .value();
  }

  Result<std::string> follow(Look look = Look::far) {
    const auto writer = store::PageWriter::open(copy()).value();
    return follow_epoch(
        fetch(), epoch, place, look, data.form,
        [&](const Segment& segment, const ChainPlace& behind) -> Result<void> {
          ++segments;
          TRY(writer->apply({segment.head.page_bytes, segment.head.database_pages, segment.pages}));
          place = behind;
          return {};
        });
  }
  Names names() { return data.names_in(copy()).value(); }
};

TEST_CASE("each segment comes once, in its order, and the next time only what is new") {
  StandingBy standing;
  CHECK(standing.names() == Names{"first"});
  standing.data.add_in_its_second("second");
  standing.data.add_in_its_second("third");
  standing.ship();
  CHECK(standing.follow().value() == standing.epoch);
  CHECK(standing.segments == 2);
  CHECK(standing.names() == Names{"first", "second", "third"});
  CHECK(standing.follow().value() == standing.epoch);
  CHECK(standing.segments == 2);
  standing.data.add_in_its_second("fourth");
  standing.ship();
  CHECK(standing.follow(Look::near).value() == standing.epoch);
  CHECK(standing.names() == Names{"first", "second", "third", "fourth"});
  CHECK_FALSE(std::filesystem::exists(standing.here.path() / "archive"));
}

TEST_CASE("what is missing ends it behind the last good segment; the newest epoch is told") {
  StandingBy standing;
  standing.data.add_in_its_second("second");
  standing.ship();
  const auto before = standing.there.path();
  Names known;
  for (const auto& file : std::filesystem::directory_iterator(before))
    known.push_back(file.path().filename().string());
  standing.data.add_in_its_second("third");
  standing.ship();
  for (const auto& file : std::filesystem::directory_iterator(before)) {
    const std::string name = file.path().filename().string();
    if (std::find(known.begin(), known.end(), name) == known.end())
      std::filesystem::remove(file.path());
  }
  standing.data.add_in_its_second("fourth");
  standing.ship();
  const auto stopped = standing.follow();
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().kind == "segment_missing");
  CHECK(standing.names() == Names{"first", "second"});

  standing.data.kill();
  standing.data.next_second();
  standing.data.start();
  standing.data.add("of another epoch");
  standing.data.flush();
  standing.ship();
  const std::string left = std::exchange(standing.epoch, "2020-01-01T00-00-00Z-00000000");
  CHECK(standing.follow().value() > left);
}

TEST_CASE("the record of a standby is kept, and keeps others from writing") {
  const test::ScratchDir dir{test::ScratchDir::memory()};
  CHECK_FALSE(read_standby_record(dir.path()).value());
  CHECK(refuse_standby(dir.path()).ok());
  StandbyRecord record{.from = "s3://firm/kontor",
                       .epoch = "2026-11-21T09-15-02Z-0badcafe",
                       .place = {.sequence = 7, .commit = 21, .hash = sha256("7")},
                       .as_of_ms = 1'790'000'000'123,
                       .since_ms = 1'780'000'000'000};
  REQUIRE(write_standby_record(dir.path(), record).ok());
  const auto read = read_standby_record(dir.path()).value().value();
  CHECK((read.from == record.from && read.epoch == record.epoch && read.is_standby()));
  CHECK((read.place.sequence == 7 && read.place.commit == 21 &&
         read.place.hash == record.place.hash));
  CHECK((read.as_of_ms == record.as_of_ms && read.since_ms == record.since_ms));
  CHECK(refuse_standby(dir.path()).error().kind == "standby");
  record.promoted_ms = record.as_of_ms;
  REQUIRE(write_standby_record(dir.path(), record).ok());
  CHECK(refuse_standby(dir.path()).ok());
  for (const char* damaged : {"", "{", "[]", "{\"from\":\"x\"}", "{\"hash\":\"zz\"}"}) {
    test::write_file(dir.path() / "standby.json", damaged);
    CHECK(refuse_standby(dir.path()).error().kind == "record_damaged");
  }
}

}  // namespace
