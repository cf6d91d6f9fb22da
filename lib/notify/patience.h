// How long a conversation with another machine may take, and who may break it off.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/result.h"

namespace kontor::notify {

struct Patience {
  const Clock& clock;
  std::int64_t idle_ms;                     // without a byte in either direction
  std::int64_t deadline_ms;                 // of all of it; by clock.monotonic_ms()
  std::function<bool()> is_cancelled = {};  // asked five times a second

  // Until one of `events` (poll(2)) is there; which ones. Code::unavailable (kind target_timeout)
  // when the patience is at its end; kind `interrupted` when cancelled. `who` is for the error.
  Result<short> wait(int fd, short events, const std::string& who) const;
  // Lets `pause_ms` pass, unless cancelled or beyond the deadline.
  Result<void> rest(std::int64_t pause_ms) const;
};

}  // namespace kontor::notify
