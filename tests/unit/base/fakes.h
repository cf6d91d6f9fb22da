// Clock and randomness that a test sets by hand.
#pragma once

#include <algorithm>

#include "base/clock.h"
#include "base/random.h"

namespace kontor {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t start_ms) : ms(start_ms) {}
  std::int64_t now_ms() const override { return ms; }
  std::int64_t monotonic_ms() const override { return ms; }
  std::int64_t ms;
};

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> out) override { std::fill(out.begin(), out.end(), value_); }

 private:
  std::byte value_;
};

}  // namespace kontor
