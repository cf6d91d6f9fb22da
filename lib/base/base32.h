// Base 32 of RFC 4648, without padding: bytes that people type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor {

// A to Z and 2 to 7.
std::string to_base32(std::string_view bytes);

// As people type it: small letters too; blanks and dashes are left out. nullopt for anything else,
// and for bits at the end that are not zero.
std::optional<std::string> from_base32(std::string_view text);

}  // namespace kontor
