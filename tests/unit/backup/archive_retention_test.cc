#include "backup/archive_retention.h"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>
#include <set>

#include "archive_support.h"
#include "backup/archive_merging.h"

using namespace kontor;
using namespace kontor::backup;

namespace {

constexpr std::int64_t k_day_ms = 86'400'000;

// Only hours, of as many days.
ArchiveKeep keep_days(std::int64_t now_ms, std::int64_t days) {
  return {.now_ms = now_ms, .seconds_days = days, .minutes_days = days, .hours_days = days};
}

SegmentFile segment(const Epoch& epoch, std::uint64_t sequence, std::int64_t at_ms) {
  return {epoch.folder / segment_name(sequence, sequence, at_ms), sequence, sequence,
          at_ms / 1000 * 1000, 100};
}

Base base(std::uint64_t sequence, std::int64_t at_ms) {
  const std::string id = std::to_string(at_ms);
  return {.backup = "kontor-" + id,
          .id = id,
          .taken_at_ms = at_ms,
          .place = {.sequence = sequence, .commit = sequence, .hash = {}},
          .ready_commit = sequence};
}

Epoch epoch_at(std::int64_t at_ms) {
  Epoch epoch{.name = epoch_name(at_ms, "0"), .began_ms = at_ms};
  epoch.folder = std::filesystem::path("archive") / epoch.name;
  epoch.bases.push_back(base(0, at_ms));
  return epoch;
}

// A night's base, a segment an hour, and now and then a crash.
std::vector<Epoch> ninety_days(std::mt19937& chance) {
  std::vector<Epoch> epochs = {epoch_at(k_day_ms)};
  for (std::int64_t hour = 25; hour < 90 * 24; ++hour) {
    if (chance() % 150 == 0) epochs.push_back(epoch_at(hour * k_hour_ms));
    Epoch& epoch = epochs.back();
    const std::uint64_t sequence = epoch.segments.size() + 1;
    epoch.segments.push_back(segment(epoch, sequence, hour * k_hour_ms + 60'000));
    if (hour % 24 == 3) epoch.bases.push_back(base(sequence, hour * k_hour_ms + 120'000));
  }
  return epochs;
}

// Can the state after this segment be built from what stays?
bool is_restorable(const Epoch& epoch, std::uint64_t sequence,
                   const std::set<std::filesystem::path>& gone,
                   const std::set<std::string>& backups) {
  if (gone.contains(epoch.folder)) return false;
  return std::any_of(epoch.bases.begin(), epoch.bases.end(), [&](const Base& b) {
    if (b.place.sequence > sequence || !backups.contains(b.backup)) return false;
    if (gone.contains(epoch.folder / ("base-" + b.id + ".json"))) return false;
    return std::none_of(epoch.segments.begin(), epoch.segments.end(), [&](const SegmentFile& s) {
      const bool is_needed = s.sequence > b.place.sequence && s.sequence <= sequence;
      return is_needed && gone.contains(s.file);
    });
  });
}

}  // namespace

TEST_CASE("Over ninety days nothing goes that a moment that stays needs, and the rest does") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 chance(seed);
    const std::vector<Epoch> epochs = ninety_days(chance);
    std::set<std::string> there;
    for (const Epoch& epoch : epochs) {
      for (const Base& b : epoch.bases) {
        if (&b == &epoch.bases.front() || chance() % 3 != 0) there.insert(b.backup);
      }
    }
    const std::int64_t keep_from_ms = 83 * k_day_ms;
    const ArchivePlan plan = plan_pruning(epochs, keep_days(90 * k_day_ms, 7),
                                          [&](const std::string& b) { return there.contains(b); });
    std::set<std::filesystem::path> gone;
    for (const ArchiveVerdict& verdict : plan.goes) gone.insert(verdict.path);
    // Whatever a prune of the backups takes besides.
    const std::set<std::string> left(plan.needed.begin(), plan.needed.end());
    std::int64_t kept = 0;
    for (const Epoch& epoch : epochs) {
      for (const SegmentFile& s : epoch.segments) {
        kept += !gone.contains(epoch.folder) && !gone.contains(s.file);
        if (s.second_ms < keep_from_ms) continue;
        INFO("seed " << seed << ", " << epoch.name << ", " << s.sequence);
        CHECK(is_restorable(epoch, s.sequence, gone, left));
      }
    }
    CHECK(kept < 30 * 24);
  }
}

TEST_CASE("Where no base is there, nothing goes") {
  std::mt19937 chance(1);
  const auto plan = plan_pruning(ninety_days(chance), {.now_ms = 90 * k_day_ms},
                                 [](const std::string&) { return false; });
  CHECK(plan.goes.empty());
  CHECK(plan.needed.empty());
}

TEST_CASE("An archive that was pruned still gives its last commit, and verifies") {
  test::ArchivedDir data;
  data.start();
  data.make_base();
  data.add_in_its_second("one");
  data.clock.ahead_ms += k_hour_ms;
  data.make_base();
  data.add_in_its_second("two");
  auto plan = plan_archive_pruning(data.archive(), data.backups(),
                                   keep_days(data.clock.now_ms() + k_hour_ms + 7 * k_day_ms, 7))
                  .value();
  CHECK(plan.needed.size() == 1);
  CHECK(prune_archive(plan, {})->empty());
  CHECK(data.segments().front().filename().string().starts_with("000000000002"));
  CHECK(check_archive(data.archive(), data.backups(), {})->findings.empty());
  CHECK(data.restored(std::nullopt).value() == std::vector<std::string>{"one", "two"});
  data.stop();
  data.start();
  CHECK(list_epochs(data.archive())->size() == 1);
}
