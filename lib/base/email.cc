#include "base/email.h"

#include <algorithm>

#include "base/fold.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::size_t k_address_bytes = 254;  // RFC 5321 4.5.3.1.3, without the angle brackets
constexpr std::size_t k_local_bytes = 64;     // RFC 5321 4.5.3.1.1
constexpr std::size_t k_label_bytes = 63;     // RFC 1035 2.3.4

bool is_ascii_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_beyond_ascii(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }

bool is_atom_char(char c) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~";
  return is_ascii_alnum(c) || is_beyond_ascii(c) || marks.find(c) != std::string_view::npos;
}

bool is_label_char(char c) { return is_ascii_alnum(c) || is_beyond_ascii(c) || c == '-'; }

// Blanks, invisible characters and direction marks: never meant, and a way to make two addresses
// look alike.
bool is_hidden(char32_t c) {
  constexpr std::u32string_view single = U"\u00AD\u3000\uFEFF\uFFFD";
  const bool control_or_blank = c >= 0x80 && c <= 0xA0;
  const bool general_punctuation = c >= 0x2000 && c <= 0x206F;
  return control_or_blank || general_punctuation || single.find(c) != std::u32string_view::npos;
}

bool has_hidden_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_hidden(utf8_next(text, at))) return true;
  }
  return false;
}

template <class Accepts>
bool each_part(std::string_view text, Accepts accepts) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!accepts(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_atom(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), is_atom_char);
}

bool is_label(std::string_view part) {
  return !part.empty() && part.size() <= k_label_bytes && part.front() != '-' &&
         part.back() != '-' && std::all_of(part.begin(), part.end(), is_label_char);
}

bool is_domain(std::string_view text) {
  const std::size_t last_dot = text.rfind('.');
  if (last_dot == std::string_view::npos || !each_part(text, is_label)) return false;
  const std::string_view top = text.substr(last_dot + 1);
  return !std::all_of(top.begin(), top.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_email(std::string_view text) {
  if (text.size() > k_address_bytes || !is_utf8(text) || has_hidden_character(text)) return false;
  const std::size_t at = text.find('@');
  if (at > k_local_bytes) return false;  // npos as well
  return each_part(text.substr(0, at), is_atom) && is_domain(text.substr(at + 1));
}

std::optional<std::string> normal_email(std::string_view text) {
  std::string address = fold_identity(text);
  if (!is_email(address)) return std::nullopt;
  return address;
}

}  // namespace kontor
