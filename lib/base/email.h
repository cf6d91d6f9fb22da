// E-mail addresses: a practical check of the form, and one form to compare by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor {

// One "@"; before it dot-parted words of RFC 5322's atom characters, at most 64 bytes; after it at
// least two labels. Letters beyond ASCII (RFC 6531) are fine. At most 254 bytes. No quoted local
// parts, no comments, no addresses in brackets: people who type those have made a mistake.
bool is_email(std::string_view text);

// Trimmed and in small letters; nullopt if that is no address. Two addresses with the same normal
// form count as the same person everywhere.
std::optional<std::string> normal_email(std::string_view text);

}  // namespace kontor
