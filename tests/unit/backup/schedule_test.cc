#include "backup/schedule.h"

#include <catch_amalgamated.hpp>

#include "base/civil.h"

namespace kontor {
namespace {

using backup::Due;
using backup::is_due;

std::int64_t at(std::string_view text) { return parse_instant(text).value(); }

class HandClock final : public Clock {
 public:
  explicit HandClock(std::int64_t ms) : ms_(ms) {}
  std::int64_t now_ms() const override { return ms_; }
  std::int64_t monotonic_ms() const override { return ms_; }
  void set(std::int64_t ms) { ms_ = ms; }

 private:
  std::atomic<std::int64_t> ms_;
};

TEST_CASE("a backup is due once after its time of day, by the clock on the organisation's wall") {
  const TimeZone saigon = TimeZone::load("Asia/Ho_Chi_Minh").value();  // 03:00 there is 20:00 UTC
  const Due due{.minute = 180,
                .started_ms = at("2026-11-01T00:00:00Z"),
                .last_ms = at("2026-11-20T20:00:05Z")};
  CHECK_FALSE(is_due(due, saigon, at("2026-11-21T19:59:59Z")));
  CHECK(is_due(due, saigon, at("2026-11-21T20:00:00Z")));
  CHECK_FALSE(is_due(due, TimeZone(), at("2026-11-21T02:59:59Z")));
  CHECK(is_due(due, TimeZone(), at("2026-11-21T03:00:00Z")));
}

TEST_CASE("a night in which the machine was off is made up for") {
  const Due due{.minute = 180,
                .started_ms = at("2026-11-21T09:00:00Z"),
                .last_ms = at("2026-11-19T03:00:00Z")};
  CHECK(is_due(due, TimeZone(), at("2026-11-21T09:00:01Z")));
}

TEST_CASE("the first backup ever comes an hour after the start, or at its time if that is sooner") {
  const Due due{.minute = 180, .started_ms = at("2026-11-21T01:00:00Z")};
  CHECK_FALSE(is_due(due, TimeZone(), at("2026-11-21T01:59:59Z")));
  CHECK(is_due(due, TimeZone(), at("2026-11-21T02:00:00Z")));
  const Due later{.minute = 180, .started_ms = at("2026-11-21T02:59:00Z")};
  CHECK(is_due(later, TimeZone(), at("2026-11-21T03:00:00Z")));
}

TEST_CASE("the thread runs what is due, once, and ends at once when it is destroyed") {
  HandClock clock(at("2026-11-21T02:59:00Z"));
  std::mutex mutex;
  std::condition_variable ran;
  int runs = 0;
  {
    backup::Schedule schedule({.due = {.minute = 180,
                                       .started_ms = clock.now_ms(),
                                       .last_ms = at("2026-11-20T03:00:00Z")},
                               .zone = [] { return TimeZone(); },
                               .run =
                                   [&](const std::function<bool()>& is_stopping) {
                                     const std::lock_guard lock(mutex);
                                     CHECK_FALSE(is_stopping());
                                     ++runs;
                                     ran.notify_all();
                                   }},
                              clock);
    clock.set(at("2026-11-21T03:00:00Z"));
    schedule.look();
    std::unique_lock lock(mutex);
    REQUIRE(ran.wait_for(lock, std::chrono::seconds(30), [&] { return runs == 1; }));
    lock.unlock();
    schedule.look();
  }
  CHECK(runs == 1);
}

}  // namespace
}  // namespace kontor
