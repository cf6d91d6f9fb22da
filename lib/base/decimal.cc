#include "base/decimal.h"

#include <limits>

#include "base/check.h"

namespace kontor {
namespace {

__extension__ using int128 = __int128;

constexpr int k_places_max = 18;  // 10^18 is the largest power of ten in 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Adds one decimal digit below zero: the negative range is one larger, so the smallest value fits.
bool append_digit(std::int64_t& negative, int digit) {
  return !__builtin_mul_overflow(negative, std::int64_t{10}, &negative) &&
         !__builtin_sub_overflow(negative, std::int64_t{digit}, &negative);
}

struct DecimalParts {
  std::string_view whole;
  std::string_view fraction;
  bool negative = false;
};

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

std::optional<DecimalParts> split(std::string_view text) {
  DecimalParts parts;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  parts.whole = text.substr(0, point);
  if (!all_digits(parts.whole)) return std::nullopt;
  if (point == std::string_view::npos) return parts;
  parts.fraction = text.substr(point + 1);
  if (!all_digits(parts.fraction)) return std::nullopt;
  while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.remove_suffix(1);
  return parts;
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int places) {
  CHECK(places >= 0 && places <= k_places_max);
  const std::optional<DecimalParts> parts = split(text);
  if (!parts || parts->fraction.size() > static_cast<std::size_t>(places)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : parts->whole) {
    if (!append_digit(value, c - '0')) return std::nullopt;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(places); ++i) {
    const int digit = i < parts->fraction.size() ? parts->fraction[i] - '0' : 0;
    if (!append_digit(value, digit)) return std::nullopt;
  }
  if (parts->negative) return value;
  if (value == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return -value;
}

std::string format_decimal(std::int64_t scaled, int places) {
  CHECK(places >= 0 && places <= k_places_max);
  const auto wanted = static_cast<std::size_t>(places);
  const auto bits = static_cast<std::uint64_t>(scaled);
  std::string digits = std::to_string(scaled < 0 ? std::uint64_t{0} - bits : bits);
  if (digits.size() <= wanted) digits.insert(0, wanted + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - wanted);
  digits.resize(digits.size() - wanted);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) digits += '.' + fraction;
  return scaled < 0 ? '-' + digits : digits;
}

std::optional<std::int64_t> mul_div_round(std::int64_t value, std::int64_t factor,
                                          std::int64_t divisor) {
  CHECK(divisor > 0);
  const int128 product = static_cast<int128>(value) * factor;
  int128 quotient = product / divisor;
  const int128 rest = product % divisor;
  const int128 twice = rest < 0 ? -2 * rest : 2 * rest;
  if (twice >= divisor) quotient += product < 0 ? -1 : 1;
  if (quotient > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (quotient < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace kontor
