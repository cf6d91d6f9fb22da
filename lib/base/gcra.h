// The generic cell rate algorithm (ITU-T I.371): a rate limit that keeps one instant per key. The
// quota comes back evenly, so there is no edge of a window at which twice of it passes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kontor {

// `quota` requests in `window_ns`; all of them at once if nothing came before.
struct Gcra {
  std::int64_t quota = 1;  // ≥ 1
  std::int64_t window_ns = 60'000'000'000;

  struct Outcome {
    bool is_allowed = true;
    std::int64_t remaining = 0;  // requests that would be allowed at once from now on
    std::int64_t full_ns = 0;    // until the whole quota is there again
    std::int64_t wait_ns = 0;    // until this very request will be allowed; 0: it is
  };

  // `full_at_ns` is what is kept of a key: when its quota is whole again; any instant of the past
  // stands for a key that was never seen. A request that is allowed moves it on by `cost`. One that
  // costs more than the quota costs all of it.
  Outcome take(std::int64_t& full_at_ns, std::int64_t now_ns, std::int64_t cost) const {
    const std::int64_t step_ns = std::max<std::int64_t>(1, window_ns / quota);
    const std::int64_t most_ns = step_ns * quota;
    const std::int64_t used_ns = std::max<std::int64_t>(0, full_at_ns - now_ns);
    const std::int64_t wanted_ns = used_ns + step_ns * std::min(cost, quota);
    const bool is_allowed = wanted_ns <= most_ns;
    const std::int64_t now_used_ns = is_allowed ? wanted_ns : used_ns;
    if (is_allowed) full_at_ns = now_ns + wanted_ns;
    return {.is_allowed = is_allowed,
            .remaining = std::max<std::int64_t>(0, (most_ns - now_used_ns) / step_ns),
            .full_ns = now_used_ns,
            .wait_ns = is_allowed ? 0 : wanted_ns - most_ns};
  }
};

}  // namespace kontor
