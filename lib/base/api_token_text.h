// API tokens as text: kontor_<kind>_<43 characters of 256 random bits><6 of their CRC-32>, in base
// 62. The fixed beginning lets scanners find a leaked one, the checksum tells a real one from a
// made-up or mistyped one without asking anyone; it protects nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace kontor {

enum class ApiTokenKind : std::uint8_t { personal };  // "pat": acts for a user

// The CRC-32 (of zlib) covers all that stands before it.
std::string make_api_token(ApiTokenKind kind, Random& random);

// nullopt if the text is no token that make_api_token could have made.
std::optional<ApiTokenKind> parse_api_token(std::string_view text);

}  // namespace kontor
