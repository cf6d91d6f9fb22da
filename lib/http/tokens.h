// Character classes and comparisons of RFC 9110's grammar. ASCII only, independent of any locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kontor::http {

// RFC 9110 5.6.2: what methods and field names consist of.
bool is_token_char(char c);
bool is_token(std::string_view text);  // false for an empty text

// Visible characters, blanks, tabs and bytes above ASCII; no other control (RFC 9110 5.5).
bool is_field_value(std::string_view text);

bool is_digit(char c);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim_blanks(std::string_view text);  // spaces and tabs at both ends

// Digits only; nullopt for anything else, and for numbers above `max`.
std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t max);

// Takes the part before the next comma off `list`, blanks trimmed. Call until `list` is empty.
std::string_view next_in_list(std::string_view& list);

}  // namespace kontor::http
