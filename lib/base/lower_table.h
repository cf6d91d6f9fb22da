// Simple lower-case mappings of Unicode as ranges; see fold.h.
#pragma once

#include <cstdint>
#include <span>

namespace kontor {

// Every `step`-th code point from `first` to `last` has its small form `delta` away.
struct LowerRange {
  char32_t first;
  char32_t last;
  char32_t step;
  std::int32_t delta;
};

// Sorted by `first`.
std::span<const LowerRange> lower_ranges();

}  // namespace kontor
