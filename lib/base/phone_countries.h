// Calling code, trunk prefix and length of the numbers of each country.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kontor {

struct PhoneCountry {
  std::string_view code;          // ISO 3166-1 alpha-2
  std::string_view calling_code;  // "84"
  std::string_view trunk_prefix;  // "0"; empty where numbers have none
  std::size_t digits_min = 0;     // of the number without calling code and trunk prefix
  std::size_t digits_max = 0;
};

std::optional<PhoneCountry> find_phone_country(std::string_view code);

// The widest length limits of all countries that share the calling code which `digits` starts
// with, as a country without a code; nullopt if no country has such a calling code.
std::optional<PhoneCountry> find_calling_code(std::string_view digits);

}  // namespace kontor
