// ISO 4217: which codes exist, and how many decimal places their minor unit has.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace kontor {

// Decimal places of the minor unit: VND 0, USD 2, KWD 3. nullopt: no such code.
std::optional<int> currency_exponent(std::string_view code);

// Every code, sorted. The views live as long as the program.
std::vector<std::string_view> currency_codes();

}  // namespace kontor
