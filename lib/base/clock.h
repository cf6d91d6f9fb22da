// Time as a seam: everything that asks for the time gets a Clock, so that tests can move it.
#pragma once

#include <cstdint>

namespace kontor {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01T00:00:00Z. May jump when the machine's clock is set.
  virtual std::int64_t now_ms() const = 0;
  // Milliseconds of a clock that never jumps; for durations and deadlines only.
  virtual std::int64_t monotonic_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override;
  std::int64_t monotonic_ms() const override;
};

}  // namespace kontor
