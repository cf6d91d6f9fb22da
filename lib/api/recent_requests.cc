#include "api/recent_requests.h"

#include <algorithm>
#include <bit>

namespace kontor::api {
namespace {

constexpr std::size_t k_steps = 4;  // buckets for each power of two

}  // namespace

std::size_t RecentRequests::bucket_of(std::int64_t duration_us) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(duration_us, 1));
  const auto power = static_cast<std::size_t>(std::bit_width(us) - 1);
  const std::size_t step = (us * k_steps >> power) - k_steps;
  return std::min(power * k_steps + step, k_buckets - 1);
}

std::int64_t RecentRequests::upper_bound_us(std::size_t bucket) {
  const std::uint64_t next = k_steps + bucket % k_steps + 1;
  return static_cast<std::int64_t>((next << bucket / k_steps) / k_steps);
}

std::int64_t RecentRequests::percentile_us(const Buckets& buckets, std::int64_t count,
                                           int percent) {
  const std::int64_t rank = (count * percent + 99) / 100;
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < k_buckets && count > 0; ++bucket) {
    seen += buckets[bucket];
    if (seen >= rank) return upper_bound_us(bucket);
  }
  return 0;
}

void RecentRequests::observe(std::int64_t now_ms, bool failed, std::int64_t duration_us) {
  const std::int64_t now_s = now_ms / 1000;
  const std::lock_guard lock(mutex_);
  Second& second = seconds_[static_cast<std::size_t>(now_s) % k_window_s];
  // Who comes a whole minute late is counted in the second that has taken its place.
  if (second.at_s < now_s) second = {.at_s = now_s};
  ++second.count;
  if (failed) ++second.failed;
  ++second.buckets[bucket_of(duration_us)];
}

RecentRequests::Figures RecentRequests::at(std::int64_t now_ms) const {
  constexpr auto window = static_cast<std::int64_t>(k_window_s);
  const std::int64_t oldest_s = now_ms / 1000 - window + 1;
  Figures figures;
  Buckets all = {};
  {
    const std::lock_guard lock(mutex_);
    for (const Second& second : seconds_) {
      if (second.at_s < oldest_s || second.at_s >= oldest_s + window) continue;
      figures.per_second[static_cast<std::size_t>(second.at_s - oldest_s)] = second.count;
      figures.count += second.count;
      figures.failed += second.failed;
      for (std::size_t bucket = 0; bucket < k_buckets; ++bucket)
        all[bucket] += second.buckets[bucket];
    }
  }
  figures.p50_us = percentile_us(all, figures.count, 50);
  figures.p95_us = percentile_us(all, figures.count, 95);
  figures.p99_us = percentile_us(all, figures.count, 99);
  return figures;
}

}  // namespace kontor::api
