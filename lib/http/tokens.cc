#include "http/tokens.h"

#include <algorithm>
#include <array>

namespace kontor::http {
namespace {

constexpr std::string_view k_token_symbols = "!#$%&'*+-.^_`|~";

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// By byte: every head is looked through with these.
struct Classes {
  std::array<bool, 256> token{}, value{};
};

constexpr Classes make_classes() {
  Classes classes;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    classes.token[byte] = is_letter(c) || (c >= '0' && c <= '9') ||
                          (c != '\0' && k_token_symbols.find(c) != std::string_view::npos);
    classes.value[byte] = c == '\t' || (byte >= 0x20 && byte != 0x7f);
  }
  return classes;
}

constexpr Classes k_classes = make_classes();

bool is_value_char(char c) { return k_classes.value[static_cast<unsigned char>(c)]; }

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_char(char c) { return k_classes.token[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_value_char);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t max) {
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (char c : text) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (max - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

std::string_view next_in_list(std::string_view& list) {
  const auto comma = list.find(',');
  const auto part = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return trim_blanks(part);
}

}  // namespace kontor::http
