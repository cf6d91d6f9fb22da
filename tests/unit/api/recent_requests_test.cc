#include "api/recent_requests.h"

#include <catch_amalgamated.hpp>

namespace kontor::api {
namespace {

constexpr std::int64_t k_second_ms = 1000;

TEST_CASE("what was answered in the last minute is counted, and nothing older") {
  RecentRequests recent;
  for (int second = 0; second < 100; ++second)
    recent.observe(second * k_second_ms, second % 10 == 0, 1000);
  const auto figures = recent.at(99 * k_second_ms + 999);
  CHECK(figures.count == 60);
  CHECK(figures.failed == 6);
  for (const std::int64_t count : figures.per_second) CHECK(count == 1);
}

TEST_CASE("a quiet time leaves nothing behind") {
  RecentRequests recent;
  recent.observe(5 * k_second_ms, true, 1000);
  CHECK(recent.at(64 * k_second_ms).count == 1);
  CHECK(recent.at(65 * k_second_ms).count == 0);
  CHECK(recent.at(65 * k_second_ms).p99_us == 0);
  recent.observe(3600 * k_second_ms, false, 1000);
  const auto figures = recent.at(3601 * k_second_ms);
  CHECK(figures.count == 1);
  CHECK(figures.failed == 0);
  CHECK(figures.per_second[58] == 1);
  CHECK(figures.per_second[59] == 0);
}

TEST_CASE("percentiles are upper bounds, at most a quarter too high") {
  for (const std::int64_t us : {1, 2, 3, 7, 99, 500, 1'000, 4'321, 77'000, 1'234'567, 59'000'000}) {
    RecentRequests recent;
    recent.observe(0, false, us);
    const std::int64_t p50_us = recent.at(0).p50_us;
    INFO(us << " " << p50_us);
    CHECK(p50_us >= us);
    CHECK(p50_us <= us + us / 4 + 1);
  }
}

TEST_CASE("percentiles count from the quickest") {
  RecentRequests recent;
  for (int i = 0; i < 94; ++i) recent.observe(0, false, 100);
  for (int i = 0; i < 4; ++i) recent.observe(0, false, 10'000);
  for (int i = 0; i < 2; ++i) recent.observe(0, false, 1'000'000);
  const auto figures = recent.at(0);
  CHECK(figures.p50_us < 130);
  CHECK(figures.p95_us > 10'000);
  CHECK(figures.p95_us < 12'600);
  CHECK(figures.p99_us > 1'000'000);
}

TEST_CASE("durations that cannot be are counted at the ends") {
  RecentRequests recent;
  recent.observe(0, false, -5);
  recent.observe(0, false, INT64_MAX / 8);
  CHECK(recent.at(0).count == 2);
  CHECK(recent.at(0).p50_us <= 2);
  CHECK(recent.at(0).p99_us > 100'000'000);
}

}  // namespace
}  // namespace kontor::api
