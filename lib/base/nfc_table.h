// What nfc() composes by; see nfc.h. Source: the Unicode character database.
#pragma once

#include <cstdint>
#include <span>

namespace kontor {

struct NfcPair {
  char16_t composed;
  char16_t first;
  char16_t second;  // 0: `composed` is another name of `first`
};

// Code points from `first` to `first + more`, which stand in this order behind their letter.
struct NfcMarks {
  char16_t first;
  std::uint8_t more;
  std::uint8_t order;
};

// All sorted by their first member. Those that are put together again, and those that are not.
std::span<const NfcPair> nfc_composing();
std::span<const NfcPair> nfc_apart();
std::span<const NfcMarks> nfc_marks();

}  // namespace kontor
