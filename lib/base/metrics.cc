#include "base/metrics.h"

#include <algorithm>

namespace kontor {

void DurationHistogram::observe(std::int64_t duration_us) {
  const std::int64_t taken_us = std::max<std::int64_t>(duration_us, 0);
  const auto* const bound = std::lower_bound(k_bounds_us.begin(), k_bounds_us.end(), taken_us);
  counts_[static_cast<std::size_t>(bound - k_bounds_us.begin())].add();
  sum_us_.add(static_cast<std::uint64_t>(taken_us));
}

std::uint64_t DurationHistogram::total() const {
  std::uint64_t total = 0;
  for (const Counter& counter : counts_) total += counter.value();
  return total;
}

}  // namespace kontor
