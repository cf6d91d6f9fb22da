// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kontor {

// Length in bytes (1 to 4) of the valid sequence that starts at `at`; 0 if there is none.
// `at` must be inside `text`.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at);

// Offset of the first byte that is not part of a valid sequence; text.size() if all is valid.
std::size_t utf8_valid_prefix(std::string_view text);

bool is_utf8(std::string_view text);

// Code points; every byte outside a valid sequence counts as one.
std::size_t utf8_length(std::string_view text);

// The longest start of `text` with at most `max_bytes` bytes that does not cut a code point.
std::string_view utf8_truncate(std::string_view text, std::size_t max_bytes);

// Code point at `at`, and `at` moved behind it. A byte outside a valid sequence gives U+FFFD.
char32_t utf8_next(std::string_view text, std::size_t& at);

// `code_point` must be a scalar value.
void utf8_append(std::string& out, char32_t code_point);

}  // namespace kontor
