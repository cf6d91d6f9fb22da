// What each letter of Latin, Greek and Cyrillic becomes in search; see fold.h.
#pragma once

#include <span>
#include <string_view>

namespace kontor {

// Sixteen code points from `first`, one token each, parted by a blank: the letters to write,
// "." for the code point itself, or "_" for a blank.
struct FoldRow {
  char32_t first;
  std::string_view letters;
};

// Sorted by `first`, which is a multiple of 16.
std::span<const FoldRow> fold_rows();

}  // namespace kontor
