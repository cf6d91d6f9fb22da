#include "base/base32.h"

#include <cstdint>

namespace kontor {
namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr unsigned k_digit_bits = 5;
constexpr unsigned k_byte_bits = 8;
constexpr std::uint32_t k_digit_mask = 31;

std::optional<std::uint32_t> digit_of(char c) {
  const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  const std::size_t at = k_digits.find(upper);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

}  // namespace

std::string to_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = pending << k_byte_bits | static_cast<std::uint8_t>(byte);
    for (bits += k_byte_bits; bits >= k_digit_bits; bits -= k_digit_bits)
      text.push_back(k_digits[pending >> (bits - k_digit_bits) & k_digit_mask]);
  }
  if (bits > 0) text.push_back(k_digits[pending << (k_digit_bits - bits) & k_digit_mask]);
  return text;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    const auto digit = digit_of(c);
    if (!digit) return std::nullopt;
    pending = pending << k_digit_bits | *digit;
    bits += k_digit_bits;
    if (bits < k_byte_bits) continue;
    bits -= k_byte_bits;
    bytes.push_back(static_cast<char>(pending >> bits));
    pending &= (1U << bits) - 1;
  }
  if (bits >= k_digit_bits || pending != 0) return std::nullopt;
  return bytes;
}

}  // namespace kontor
