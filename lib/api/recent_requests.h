// What was answered in the last minute, second by second, for the page that shows the server's
// health. /metrics has the whole life of the process (request_figures.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace kontor::api {

// Any thread. One short lock per request; times are of a clock that never jumps.
class RecentRequests {
 public:
  static constexpr std::size_t k_window_s = 60;

  // `failed`: the server's fault, a status of 500 or more.
  void observe(std::int64_t now_ms, bool failed, std::int64_t duration_us);

  struct Figures {
    std::int64_t count = 0;
    std::int64_t failed = 0;
    // So many of a hundred requests took no longer than that; an upper bound that is at most a
    // quarter too high; 0 if there were none.
    std::int64_t p50_us = 0;
    std::int64_t p95_us = 0;
    std::int64_t p99_us = 0;
    std::array<std::int64_t, k_window_s> per_second = {};  // the oldest first; the last is not over
  };
  Figures at(std::int64_t now_ms) const;

 private:
  // Four buckets for each power of two of microseconds, up to a minute and more.
  static constexpr std::size_t k_buckets = 27 * 4;
  using Buckets = std::array<std::uint32_t, k_buckets>;

  struct Second {
    std::int64_t at_s = -1;  // which second it counts
    std::uint32_t count = 0;
    std::uint32_t failed = 0;
    Buckets buckets = {};
  };

  static std::size_t bucket_of(std::int64_t duration_us);
  static std::int64_t upper_bound_us(std::size_t bucket);
  static std::int64_t percentile_us(const Buckets& buckets, std::int64_t count, int percent);

  mutable std::mutex mutex_;
  std::array<Second, k_window_s> seconds_;  // under mutex_; by at_s modulo their number
};

}  // namespace kontor::api
