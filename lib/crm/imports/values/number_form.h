// Numbers as people write them: 1,234.56 and 1.234,56 and 1 234,56.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::crm {

enum class DecimalMark { point, comma };

// What one cell says of its column's decimal mark.
enum class NumberHint {
  none,          // no mark, or no number
  point,         // 12.5   1,234.56   1,234,567
  comma,         // 12,5   1.234,56   1.234.567   1 234,567
  either_point,  // 1.234: one and a bit, or more than a thousand
  either_comma,  // 1,234
};
NumberHint number_hint(std::string_view text);

// The number with a point and without marks between thousands; what stands before and behind it
// (a sign, a currency) is kept. nullopt: no number in that form, as where groups have no three
// digits.
std::optional<std::string> plain_number(std::string_view text, DecimalMark mark);

// "1450" minor units with two places → "14.50"; decimals of the minor unit are kept. nullopt: no
// such number.
std::optional<std::string> major_from_minor(std::string_view text, int exponent);

}  // namespace kontor::crm
