#include "base/gcra.h"

#include <catch_amalgamated.hpp>

namespace kontor {
namespace {

constexpr std::int64_t k_second = 1'000'000'000;
constexpr Gcra k_ten_a_minute{.quota = 10, .window_ns = 60 * k_second};

TEST_CASE("a key that was never seen has its whole quota at once, and then waits") {
  std::int64_t kept = 0;
  const std::int64_t now = 1'000 * k_second;
  for (int i = 0; i < 10; ++i) {
    const auto outcome = k_ten_a_minute.take(kept, now, 1);
    CHECK(outcome.is_allowed);
    CHECK(outcome.remaining == 9 - i);
  }
  const auto refused = k_ten_a_minute.take(kept, now, 1);
  CHECK_FALSE(refused.is_allowed);
  CHECK(refused.wait_ns == 6 * k_second);
  CHECK(refused.full_ns == 60 * k_second);
}

TEST_CASE("the quota comes back evenly: no edge of a window lets twice of it pass") {
  std::int64_t kept = 0;
  std::int64_t now = 59 * k_second;
  int allowed = 0;
  for (int i = 0; i < 40; ++i) allowed += k_ten_a_minute.take(kept, now, 1).is_allowed ? 1 : 0;
  now += 2 * k_second;  // a fixed window would begin anew here
  for (int i = 0; i < 40; ++i) allowed += k_ten_a_minute.take(kept, now, 1).is_allowed ? 1 : 0;
  CHECK(allowed == 10);
  now += 4 * k_second;
  CHECK(k_ten_a_minute.take(kept, now, 1).is_allowed);
}

TEST_CASE("what is refused costs nothing, so that asking again does not put off the end") {
  std::int64_t kept = 0;
  k_ten_a_minute.take(kept, 0, 10);
  for (int i = 0; i < 100; ++i) CHECK_FALSE(k_ten_a_minute.take(kept, 5 * k_second, 1).is_allowed);
  CHECK(k_ten_a_minute.take(kept, 6 * k_second, 1).is_allowed);
}

TEST_CASE("dear requests use up more; one that costs more than there is costs all of it") {
  std::int64_t kept = 0;
  CHECK(k_ten_a_minute.take(kept, 0, 7).remaining == 3);
  CHECK_FALSE(k_ten_a_minute.take(kept, 0, 4).is_allowed);
  CHECK(k_ten_a_minute.take(kept, 0, 3).is_allowed);
  std::int64_t other = 0;
  CHECK(k_ten_a_minute.take(other, 0, 50).remaining == 0);
}

}  // namespace
}  // namespace kontor
