// What is counted while requests run: plain atomics, no lock and no allocation.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kontor {

// Microseconds of a clock that never jumps; for durations only.
inline std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Any thread may add and read; it only grows.
class Counter {
 public:
  void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Counts durations by upper bounds. Any thread may observe and read; a reader may see an
// observation in the sum that is not in a bucket yet, which the next look has made good.
class DurationHistogram {
 public:
  // Upper bounds in microseconds, inclusive. From half a millisecond, where most requests end, to
  // ten seconds, where every one has.
  static constexpr std::array<std::int64_t, 14> k_bounds_us = {
      500,     1'000,   2'500,   5'000,     10'000,    25'000,    50'000,
      100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

  // A clock that went wrong counts as no time.
  void observe(std::int64_t duration_us);
  // Observations up to bound `at`, those of lower bounds not included; `at` == size: beyond all.
  std::uint64_t count(std::size_t at) const { return counts_[at].value(); }
  std::uint64_t total() const;  // of all observations
  std::uint64_t sum_us() const { return sum_us_.value(); }

 private:
  std::array<Counter, k_bounds_us.size() + 1> counts_;
  Counter sum_us_;
};

// Observes the time from its making to its end.
class Timed {
 public:
  explicit Timed(DurationHistogram& histogram) : histogram_(histogram), begun_us_(steady_us()) {}
  ~Timed() { histogram_.observe(steady_us() - begun_us_); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  DurationHistogram& histogram_;
  std::int64_t begun_us_;
};

}  // namespace kontor
