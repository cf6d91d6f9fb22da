// Fixed-point numbers: integers with a known number of decimal places. No floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

// "12.5" with places 4 → 125000. Optional sign, digits, optional fraction; no exponent, no blanks.
// nullopt: not such a number, more places than `places` (trailing zeros are fine), or too large.
std::optional<std::int64_t> parse_decimal(std::string_view text, int places);

// 125000 with places 4 → "12.5"; whole numbers have no point.
std::string format_decimal(std::int64_t scaled, int places);

// value × factor ÷ divisor with a 128-bit intermediate, rounded half away from zero.
// `divisor` > 0. nullopt if the result does not fit.
std::optional<std::int64_t> mul_div_round(std::int64_t value, std::int64_t factor,
                                          std::int64_t divisor);

inline constexpr int k_quantity_places = 4;  // quantities and unit prices: × 10⁴
inline constexpr std::int64_t k_quantity_one = 10'000;
inline constexpr int k_rate_places = 6;  // tax and discount rates: parts per million
inline constexpr std::int64_t k_rate_one = 1'000'000;

}  // namespace kontor
