// A busy day at a target: how many files a restore has to fetch, and what it does where some are
// damaged or gone.
#include <catch_amalgamated.hpp>

#include "archive_support.h"
#include "backup/archive_fetch.h"
#include "backup/archive_merging.h"
#include "backup/archive_shipping.h"
#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/segment_chain.h"
#include "faulty_store.h"
#include "unit/base/fakes.h"

using namespace kontor;
using namespace kontor::backup;
using kontor::test::read_file;
using kontor::test::write_file;

namespace {

constexpr std::int64_t k_midnight_ms = 1'760'054'400'000;
constexpr std::int64_t k_day_end_ms = k_midnight_ms + 24 * k_hour_ms - 3 * 60'000;
constexpr std::uint32_t k_page_bytes = 512;

// Something is committed every minute, and in the last minutes each five seconds, which is how
// often a target is sent to; over the day it is sent to less often here.
struct Day {
  test::ScratchDir here{test::ScratchDir::memory()}, there{test::ScratchDir::memory()},
      back{test::ScratchDir::memory()};
  std::shared_ptr<test::FaultyStore> store = std::make_shared<test::FaultyStore>(there.path());
  FakeClock clock{k_midnight_ms};
  const std::string epoch = epoch_name(k_midnight_ms, "0badcafe");
  const std::string backup = backup_name(k_midnight_ms, "0badcafe", false);
  std::vector<std::int64_t> commits_ms;
  int fetches = 0;

  Day() {
    const auto folder = archive() / epoch;
    make_folders(folder).value();
    make_folders(here.path() / "backups").value();
    write_epoch(folder, k_midnight_ms, "there was no archive").value();
    write_base(folder, {.backup = backup, .id = "0badcafe", .taken_at_ms = k_midnight_ms}).value();
    write_file(there.path() / backup, "of that midnight");
    SegmentChain chain(folder, {}, 0, {});
    ArchiveMerging merging(archive(), {});
    live(chain, merging, k_day_end_ms - 4 * 60'000, 60'000, 5 * 60'000);
    live(chain, merging, k_day_end_ms, 5'000, 5'000);
  }

  std::filesystem::path archive() const { return here.path() / "archive"; }

  void live(SegmentChain& chain, ArchiveMerging& merging, std::int64_t until_ms,
            std::int64_t pause_ms, std::int64_t ship_ms) {
    while ((clock.ms += pause_ms) <= until_ms) {
      commit(chain);
      if (clock.ms % k_minutes_ms == 0) merging.round(clock.ms).value();
      if (clock.ms % ship_ms != 0) continue;
      const bool is_full = clock.ms % k_minutes_ms == 0;
      REQUIRE(ship_archive(wish(is_full), clock)->error.message.empty());
    }
    clock.ms = until_ms;
  }

  void commit(SegmentChain& chain) {
    commits_ms.push_back(clock.ms);
    const std::string page(k_page_bytes, static_cast<char>(commits_ms.size() % 256));
    const std::uint64_t number = commits_ms.size();
    chain.add({{.first_commit = number,
                .last_commit = number,
                .first_ms = clock.ms,
                .last_ms = clock.ms,
                .page_bytes = k_page_bytes,
                .database_pages = 1,
                .pages = {{1, page}}}});
    chain.flush().value();
  }

  ShippingWish wish(bool with_merged) const {
    return {.archive = archive(),
            .backups = here.path() / "backups",
            .target = {.kind = BackupTarget::Kind::folder, .place = there.path().string()},
            .store = store,
            .with_merged = with_merged};
  }

  // What a moment holds, from the target alone; it is whole.
  Result<std::uint64_t> commits_in(std::optional<std::int64_t> at_ms) {
    const auto folder = back.path() / std::to_string(++fetches);
    std::filesystem::create_directory(folder);
    store->fetched = 0;
    const ArchivePoint point =
        TRY(fetch_point({.store = *store, .folder = folder, .effort = {}}, at_ms, {}));
    TRY(check_segments(point, {}));
    return point.last_commit;
  }

  std::vector<std::string> findings() {
    const auto folder = back.path() / std::to_string(++fetches);
    std::filesystem::create_directory(folder);
    return check_stored_archive({.store = *store, .folder = folder, .effort = {}}, {})->findings;
  }

  std::uint64_t commits_before(std::int64_t at_ms) const {
    return static_cast<std::uint64_t>(
        std::lower_bound(commits_ms.begin(), commits_ms.end(), at_ms) - commits_ms.begin());
  }

  std::vector<std::filesystem::path> stored(const std::string& beginning) const {
    std::vector<std::filesystem::path> files;
    for (const auto& item : std::filesystem::directory_iterator(there.path())) {
      if (item.path().filename().string().starts_with(beginning)) files.push_back(item.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
};

}  // namespace

TEST_CASE(
    "A moment of a busy day comes back from a target by few files, whatever is damaged there") {
  Day day;
  REQUIRE(day.stored("archive-").size() > 330);
  const auto merged = day.stored("merged-");
  REQUIRE(merged.size() > 300);
  CHECK(ship_archive(day.wish(true), day.clock)->files == 0);  // each is sent once
  CHECK(day.commits_in(std::nullopt).value() == day.commits_ms.size());
  CHECK(day.store->fetched <= 23 + 11 + 60 + 12 + 1);  // hours, five minutes, the rest, the backup
  const std::int64_t morning_ms = k_midnight_ms + 5 * k_hour_ms;
  for (const std::int64_t at_ms : {morning_ms, morning_ms + 31'000'000, k_midnight_ms + 140'000}) {
    CHECK(day.commits_in(at_ms).value() == day.commits_before(at_ms));
    CHECK(day.store->fetched <= 23 + 11 + 3 + 1);
  }

  // If what was merged is damaged, the small ones are fetched.
  std::vector<std::string> whole;
  const std::vector<std::filesystem::path> some = {merged[0], merged[120], merged[200]};
  for (const auto& file : some) {
    std::string bytes = whole.emplace_back(read_file(file));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_file(file, bytes);
  }
  CHECK(day.commits_in(std::nullopt).value() == day.commits_ms.size());
  CHECK(day.findings().size() == 3);
  for (std::size_t at = 0; at < some.size(); ++at) write_file(some[at], whole[at]);
  CHECK(day.findings().empty());

  // If small ones were removed there, what was merged is enough.
  const auto bundles = day.stored("archive-");
  for (std::size_t at = 1; at < 280; ++at) std::filesystem::remove(bundles[at]);
  CHECK(day.commits_in(std::nullopt).value() == day.commits_ms.size());
  CHECK(day.commits_in(morning_ms).value() == day.commits_before(morning_ms));
  CHECK(day.commits_in(morning_ms + 150'000).value() == day.commits_before(morning_ms));

  // What is left of an epoch that is over is merged and sent, too.
  const auto next = day.archive() / epoch_name(k_day_end_ms, "0badcafe");
  make_folders(next).value();
  write_epoch(next, k_day_end_ms, "killed").value();
  REQUIRE(ArchiveMerging(day.archive(), {}).round(k_day_end_ms)->files == 2);
  CHECK(ship_archive(day.wish(true), day.clock)->files == 2);
  CHECK(day.stored("merged-").size() == merged.size() + 2);
}
