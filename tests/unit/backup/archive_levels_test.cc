// Ninety days of an archive that is merged and pruned, against a model of the database: every
// moment that is promised can be restored and is exactly that moment, and nothing else is kept.
// Another seed, or more of them: KONTOR_ARCHIVE_SEED=7, KONTOR_ARCHIVE_SEEDS=20.
#include <array>
#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <random>
#include <set>

#include "archive_support.h"
#include "backup/archive_merging.h"
#include "backup/archive_retention.h"
#include "backup/durable_file.h"
#include "backup/segment_chain.h"

using namespace kontor;
using namespace kontor::backup;

namespace {

constexpr std::int64_t k_day_ms = 24 * k_hour_ms;
constexpr std::uint32_t k_page_bytes = 512;
constexpr std::size_t k_most_pages = 16;

// Which version each page has; what a page has never had is 0.
struct State {
  std::array<std::uint32_t, k_most_pages + 1> versions{};
  std::uint32_t pages = 8;
  bool operator==(const State&) const = default;
};

std::string page_of(std::uint32_t number, std::uint32_t version) {
  std::string text = std::to_string(number) + ":" + std::to_string(version) + " ";
  std::string page;
  while (page.size() < k_page_bytes) page += text;
  page.resize(k_page_bytes);
  return page;
}

// One epoch as it really was. Segment and commit have the same number.
struct Lived {
  std::string name;
  std::int64_t began_ms;
  std::vector<State> states;        // after the commit of this number; 0: as it began
  std::vector<std::int64_t> at_ms;  // of the commit
  std::map<std::string, State> bases;

  std::uint64_t last_before(std::int64_t at) const {
    const auto found = std::partition_point(at_ms.begin() + 1, at_ms.end(),
                                            [&](std::int64_t ms) { return ms < at; });
    return static_cast<std::uint64_t>(found - at_ms.begin()) - 1;
  }
};

class World {
 public:
  explicit World(unsigned seed) : chance_(seed) { begin_epoch(); }

  void live_a_day() {
    for (int hour = 0; hour < 24; ++hour) {
      if (hour == 3) night();
      if (one_in(60)) begin_epoch();  // killed
      if (one_in(80)) now_ms_ += std::int64_t{1} * pick(1, 7'000'000);
      if (one_in(80)) now_ms_ -= std::int64_t{1} * pick(1, 3'000'000);
      const bool is_idle = hour < 7 ? !one_in(6) : one_in(4);
      const std::int64_t end_ms = now_ms_ + k_hour_ms;
      for (int left = is_idle ? 0 : pick(1, 8); left > 0; --left) {
        now_ms_ += one_in(3) ? pick(1, 900'000) : pick(1, 4'000);
        commit();
        if (one_in(12)) merge_some();
      }
      now_ms_ = std::max(now_ms_, end_ms);
    }
  }

  // As each night, but nothing interrupts it.
  void tidy() {
    merging_->round(now_ms_).value();
    prune(false);
  }

  void check_all_promised() {
    epochs_ = list_epochs(archive()).value();
    ways_.clear();
    for (const Epoch& epoch : epochs_) ways_.emplace(epoch.name, epoch.segments);
    const std::set<std::int64_t> moments = promised();
    std::set<std::pair<const Lived*, std::uint64_t>> seen;
    for (const std::int64_t at : moments) {
      const Lived* lived = epoch_at(at);
      if (lived == nullptr || !seen.emplace(lived, lived->last_before(at)).second) continue;
      INFO("epoch " << lived->name << ", moment " << at << ", " << (now_ms_ - at) / 1000
                    << " s ago");
      CHECK(is_reachable(*lived, lived->last_before(at)));
    }
    std::vector<std::int64_t> some(moments.begin(), moments.end());
    for (int i = 0; i < 2; ++i) check_restored(some.at(chance_() % some.size()));
    check_size();
  }

  std::vector<std::string> findings() { return check_archive(archive(), backups(), {})->findings; }

 private:
  std::filesystem::path archive() const { return dir_.path() / "archive"; }
  std::filesystem::path backups() const { return dir_.path() / "backups"; }
  int pick(int from, int to) { return std::uniform_int_distribution<int>(from, to)(chance_); }
  bool one_in(int count) { return pick(1, count) == 1; }
  Lived& now() { return lived_.back(); }

  void begin_epoch() {
    const State state = lived_.empty() ? State{} : now().states.back();
    // A new server's clock is right, and behind all that came before.
    if (!lived_.empty()) now_ms_ = std::max({now_ms_, now().at_ms.back(), now().began_ms}) + 1'500;
    const std::string name = epoch_name(now_ms_, std::to_string(10'000'000 + lived_.size()));
    make_folders(archive() / name).value();
    write_epoch(archive() / name, now_ms_, "killed").value();
    lived_.push_back({name, now_ms_, {state}, {0}, {}});
    chain_.emplace(archive() / name, ChainPlace{}, 0, SegmentForm{});
    merging_.emplace(archive(), SegmentForm{});
    base(0);
  }

  // A copy that takes so many commits, of which it has some.
  void base(int commits) {
    const ChainPlace place = chain_->end();
    const std::int64_t taken_ms = now_ms_;
    for (int i = 0; i < commits; ++i) commit();
    const auto held = static_cast<std::size_t>(
        pick(static_cast<int>(place.commit), static_cast<int>(chain_->end().commit)));
    const std::string id = std::to_string(++bases_);
    make_folders(backups()).value();
    test::write_file(backups() / ("kontor-" + id), "");
    write_base(archive() / now().name, {.backup = "kontor-" + id,
                                        .id = id,
                                        .taken_at_ms = taken_ms,
                                        .place = place,
                                        .ready_commit = chain_->end().commit})
        .value();
    now().bases.emplace("kontor-" + id, now().states[held]);
    made_ms_["kontor-" + id] = taken_ms;
  }

  void commit() {
    State state = now().states.back();
    if (one_in(20)) state.pages = static_cast<std::uint32_t>(pick(4, k_most_pages));
    for (std::size_t page = state.pages + 1; page <= k_most_pages; ++page) state.versions[page] = 0;
    ++version_;
    std::map<std::uint32_t, std::string> changed;
    // A page that came back is written, too: here each is that has none yet.
    for (std::uint32_t page = 1; page <= state.pages; ++page) {
      if (page != 1 && state.versions[page] != 0 && !one_in(6)) continue;
      state.versions[page] = version_;
      changed.emplace(page, page_of(page, version_));
    }
    chain_->add({{.first_commit = chain_->end().commit + 1,
                  .last_commit = chain_->end().commit + 1,
                  .first_ms = now_ms_,
                  .last_ms = now_ms_,
                  .page_bytes = k_page_bytes,
                  .database_pages = state.pages,
                  .pages = PageImages(changed.begin(), changed.end())}});
    chain_->flush().value();
    now().states.push_back(state);
    now().at_ms.push_back(chain_->last_ms());
  }

  // May be interrupted at any window.
  void merge_some() {
    int left = pick(0, 12);
    merging_->round(now_ms_, [&] { return left-- == 0; }).value();
  }

  void night() {
    base(one_in(3) ? pick(1, 4) : 0);
    merge_some();
    prune(true);
  }

  void prune(bool may_be_interrupted) {
    auto plan = plan_archive_pruning(archive(), backups(), {.now_ms = now_ms_}).value();
    // Of the backups that the archive does not need any may go.
    for (auto at = made_ms_.begin(); at != made_ms_.end();) {
      const bool is_needed = std::count(plan.needed.begin(), plan.needed.end(), at->first) > 0;
      const bool goes = !is_needed && now_ms_ - at->second > k_day_ms &&
                        (now_ms_ - at->second > 33 * k_day_ms || one_in(100));
      if (goes) std::filesystem::remove(backups() / at->first);
      at = goes ? made_ms_.erase(at) : std::next(at);
    }
    plan = plan_archive_pruning(archive(), backups(), {.now_ms = now_ms_}).value();
    if (may_be_interrupted && one_in(3) && !plan.goes.empty()) {
      plan.goes.resize(static_cast<std::size_t>(pick(0, static_cast<int>(plan.goes.size()))));
    }
    CHECK(prune_archive(plan, {})->empty());
  }

  std::set<std::int64_t> promised() const {
    std::set<std::int64_t> moments;
    for (const Lived& lived : lived_) {
      for (const std::int64_t ms : lived.at_ms) {
        if (ms >= now_ms_ - k_day_ms) moments.insert({ms / 1000 * 1000, ms / 1000 * 1000 + 1000});
      }
    }
    const auto each = [&](std::int64_t step_ms, std::int64_t days) {
      const std::int64_t from_ms = now_ms_ - days * k_day_ms;
      for (std::int64_t at = now_ms_ / step_ms * step_ms; at >= from_ms; at -= step_ms) {
        moments.insert(at);
      }
    };
    each(k_minutes_ms, 7);
    each(k_hour_ms, 30);
    std::erase_if(moments,
                  [&](std::int64_t at) { return at > now_ms_ || at < now_ms_ - 30 * k_day_ms; });
    return moments;
  }

  // nullptr: it had not begun.
  const Lived* epoch_at(std::int64_t at) const {
    const Lived* found = nullptr;
    for (const Lived& lived : lived_) {
      if (lived.began_ms < at) found = &lived;
    }
    return found;
  }

  bool is_reachable(const Lived& lived, std::uint64_t commit) const {
    const auto epoch = std::find_if(epochs_.begin(), epochs_.end(),
                                    [&](const Epoch& e) { return e.name == lived.name; });
    if (epoch == epochs_.end()) return false;
    const SegmentWays& ways = ways_.at(lived.name);
    return std::any_of(epoch->bases.rbegin(), epoch->bases.rend(), [&](const Base& base) {
      if (!made_ms_.contains(base.backup) || base.ready_commit > commit) return false;
      const auto way = ways.longest(base.place.sequence, commit);
      return (way.empty() ? base.place.sequence : way.back().sequence) == commit;
    });
  }

  void check_restored(std::int64_t at) {
    const Lived* lived = epoch_at(at);
    if (lived == nullptr) return;
    INFO("moment " << at);
    const auto point = find_point(archive(), backups(), at, {});
    if (!point.ok()) FAIL_CHECK(point.error().message);
    if (!point.ok()) return;
    if (at % k_hour_ms == 0) CHECK(point->merged_until_ms == 0);
    State state = lived->bases.at(point->base.backup);
    std::map<std::uint32_t, std::string> pages;
    for (std::uint32_t page = 1; page <= state.pages; ++page) {
      pages[page] = page_of(page, state.versions[page]);
    }
    const auto read = read_point(*point, {}, [&](const SegmentFile&, const Segment& segment) {
      for (const auto& [number, bytes] : segment.pages) pages[number] = bytes;
      pages.erase(pages.upper_bound(segment.head.database_pages), pages.end());
      return Result<void>();
    });
    if (!read.ok()) FAIL_CHECK(read.error().message);
    const State& expected = lived->states[lived->last_before(at)];
    REQUIRE(pages.size() == expected.pages);
    for (const auto& [number, bytes] : pages) {
      if (bytes != page_of(number, expected.versions[number])) FAIL_CHECK("page " << number);
    }
  }

  // One file for each second of a day, each five minutes of a week, each hour since the oldest
  // base.
  void check_size() {
    std::set<std::int64_t> minutes, hours;
    std::size_t seconds = 0, files = 0;
    const std::int64_t oldest_ms =
        std::min_element(made_ms_.begin(), made_ms_.end(), [](auto& a, auto& b) {
          return a.second < b.second;
        })->second;
    for (const Lived& lived : lived_) {
      for (const std::int64_t ms : lived.at_ms) {
        if (ms > now_ms_ - k_day_ms - k_hour_ms) ++seconds;
        if (ms > now_ms_ - 7 * k_day_ms - k_hour_ms) minutes.insert(ms / k_minutes_ms);
        if (ms > oldest_ms - k_hour_ms) hours.insert(ms / k_hour_ms);
      }
    }
    for (const Epoch& epoch : epochs_) files += epoch.segments.size();
    CHECK(files <= seconds + minutes.size() + hours.size() + lived_.size() + 10);
    CHECK(oldest_ms > now_ms_ - 40 * k_day_ms);
  }

  test::ScratchDir dir_{test::ScratchDir::memory()};
  std::mt19937 chance_;
  std::int64_t now_ms_ = 1'760'000'400'000;  // a full hour
  std::uint32_t version_ = 0;
  int bases_ = 0;
  std::vector<Lived> lived_;
  std::optional<SegmentChain> chain_;
  std::optional<ArchiveMerging> merging_;
  std::map<std::string, std::int64_t> made_ms_;  // of the backups that are there
  std::vector<Epoch> epochs_;
  std::map<std::string, SegmentWays> ways_;  // of these
};

unsigned number_in(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("Over ninety days every moment that is promised is there, and nothing without a reason") {
  const unsigned first = number_in("KONTOR_ARCHIVE_SEED", 1);
  for (unsigned seed = first; seed < first + number_in("KONTOR_ARCHIVE_SEEDS", 1); ++seed) {
    World world(seed);
    for (int day = 1; day <= 90; ++day) {
      INFO("KONTOR_ARCHIVE_SEED=" << seed << ", day " << day);
      world.live_a_day();
      world.tidy();
      if (day % 3 == 0) world.check_all_promised();
      if (day % 15 == 0) CHECK(world.findings().empty());
    }
  }
}
