#include "backup/retention.h"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <map>

#include "base/civil.h"
#include "unit/backup/support.h"

namespace kontor {
namespace {

using backup::Entry;

Entry at(std::string_view instant) {
  const std::int64_t ms = parse_instant(instant).value();
  return {.file = backup::backup_name(ms, "00000000"), .taken_at_ms = ms, .bytes = 10};
}

std::string kept(const std::vector<backup::Verdict>& verdicts) {
  std::string text;
  for (const auto& verdict : verdicts) text += verdict.keep ? '+' : '-';
  return text;
}

TEST_CASE("the newest stay, then one a day, a week and a month, each with its reason") {
  const std::vector<Entry> entries = {
      at("2026-11-21T18:00:00Z"), at("2026-11-21T12:00:00Z"), at("2026-11-21T06:00:00Z"),
      at("2026-11-20T06:00:00Z"), at("2026-11-19T06:00:00Z"), at("2026-11-10T06:00:00Z"),
      at("2026-11-02T06:00:00Z"), at("2026-10-30T06:00:00Z"), at("2026-09-01T06:00:00Z")};
  const auto verdicts = judge(entries, {.last = 2, .daily = 2, .weekly = 2, .monthly = 2}, "");
  CHECK(kept(verdicts) == "++-+-+-+-");
  CHECK(verdicts[0].reason ==
        "the newest, last 1, daily 2026-11-21, weekly from 2026-11-16, monthly 2026-11");
  CHECK(verdicts[1].reason == "last 2");
  CHECK(verdicts[3].reason == "daily 2026-11-20");
  CHECK(verdicts[5].reason == "weekly from 2026-11-09");
  CHECK(verdicts[7].reason == "monthly 2026-10");
  CHECK(verdicts[8].reason == "beyond all that is kept");
}

TEST_CASE("the newest good one and the last proven one stay whatever is asked for") {
  std::vector<Entry> entries = {at("2026-11-21T18:00:00Z"), at("2026-11-20T18:00:00Z"),
                                at("2026-11-19T18:00:00Z"), at("2026-11-18T18:00:00Z")};
  entries[0].trouble = "damaged";
  const auto verdicts =
      judge(entries, {.last = 0, .daily = 0, .weekly = 0, .monthly = 0}, entries[3].name());
  CHECK(kept(verdicts) == "++-+");
  CHECK(verdicts[1].reason == "the newest");
  CHECK(verdicts[3].reason == "the last one proven");
}

TEST_CASE(
    "a year of nights leaves a number that is bounded, and never less than the newest seven") {
  std::vector<Entry> kept_entries;
  std::int64_t ms = parse_instant("2026-01-01T03:00:00Z").value();
  for (int night = 0; night < 365; ++night, ms += k_day_s * 1000) {
    Entry tonight{.file = backup::backup_name(ms, "00000000"), .taken_at_ms = ms};
    kept_entries.insert(kept_entries.begin(), tonight);
    std::vector<Entry> left;
    for (const auto& verdict : judge(kept_entries, {}, "")) {
      if (verdict.keep) left.push_back(verdict.entry);
    }
    kept_entries = left;
    REQUIRE(kept_entries.front().taken_at_ms == ms);
    REQUIRE(kept_entries.size() >= static_cast<std::size_t>(std::min(night + 1, 30)));
    REQUIRE(kept_entries.size() <= 30 + 12 + 12);
  }
  CHECK(kept_entries.back().taken_at_ms < parse_instant("2026-02-01T00:00:00Z").value());
}

TEST_CASE("prune removes what it told in its dry run, and nothing else") {
  test::SmallDataDir data;
  for (int count = 0; count < 3; ++count) data.make_backup();
  test::write_file(data.backups() / "pre-1-2.db", "not a backup of this kind");
  const backup::Retention one{.last = 1, .daily = 1, .weekly = 1, .monthly = 1};
  const auto told = backup::prune(data.backups(), one, "", true).value();
  CHECK(told.removed == 2);
  CHECK(backup::list_backups(data.backups()).value().size() == 3);
  const auto done = backup::prune(data.backups(), one, "", false).value();
  CHECK(done.removed == 2);
  CHECK(done.freed_bytes == told.freed_bytes);
  CHECK(backup::list_backups(data.backups()).value().size() == 1);
  CHECK(std::filesystem::exists(data.backups() / "pre-1-2.db"));
}

}  // namespace
}  // namespace kontor
