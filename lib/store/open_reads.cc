#include "store/open_reads.h"

#include <algorithm>

namespace kontor::store {

OpenReads::Entry OpenReads::begin(std::int64_t now_ms) {
  for (std::atomic<std::int64_t>& place : begun_ms_) {
    std::int64_t free = 0;
    if (place.load(std::memory_order_relaxed) == 0 &&
        place.compare_exchange_strong(free, std::max<std::int64_t>(now_ms, 1))) {
      return Entry(&place);
    }
  }
  return {};
}

std::int64_t OpenReads::oldest_ms(std::int64_t now_ms) const {
  std::int64_t oldest_ms = 0;
  for (const std::atomic<std::int64_t>& place : begun_ms_) {
    const std::int64_t begun_ms = place;
    if (begun_ms != 0) oldest_ms = std::max(oldest_ms, now_ms - begun_ms);
  }
  return oldest_ms;
}

}  // namespace kontor::store
