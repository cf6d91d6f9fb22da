#include "crm/accounts/common_passwords.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>

#include "base/check.h"
#include "base/fold.h"
#include "base/sha256.h"
#include "base/utf8.h"

extern "C" const char kontor_common_passwords[], kontor_common_passwords_end[];

namespace kontor::crm {
namespace {

constexpr std::string_view k_magic = "KCPW0001";
constexpr std::size_t k_head_bytes = 20;
constexpr std::size_t k_word_chars = 4;
constexpr std::size_t k_distinct_chars = 5;

// The packed list (scripts/cmake/pack_common_passwords.py); a bit at a time from front to back.
class PackedList {
 public:
  PackedList() {
    const auto size =
        static_cast<std::size_t>(kontor_common_passwords_end - kontor_common_passwords);
    CHECK(size > k_head_bytes);
    bytes_ = {kontor_common_passwords, size};
    CHECK(bytes_.starts_with(k_magic));
    words_ = integer_at(8);
    numbers_ = integer_at(12);
    bits_ = integer_at(16);
    at_ = k_head_bytes * 8;
  }

  bool holds(std::string_view word) && {
    const std::uint64_t wanted = number_of(word);
    std::uint64_t number = 0;
    for (std::uint32_t i = 0; i < numbers_ && number <= wanted; ++i) {
      number += next();
      if (number == wanted) return true;
    }
    return false;
  }

 private:
  std::uint32_t integer_at(std::size_t offset) const {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
      value = value << 8U | static_cast<unsigned char>(bytes_[offset + i]);
    return value;
  }

  std::uint64_t number_of(std::string_view word) const {
    const Sha256 digest = sha256(word);
    std::uint64_t head = 0;
    for (std::size_t i = 0; i < 4; ++i) head = head << 8U | digest[i];
    return head * (std::uint64_t{words_} << bits_) >> 32U;
  }

  bool bit() {
    CHECK(at_ / 8 < bytes_.size());
    const unsigned byte = static_cast<unsigned char>(bytes_[at_ / 8]);
    const bool set = (byte >> (7 - at_ % 8) & 1U) != 0;
    ++at_;
    return set;
  }

  std::uint64_t next() {
    std::uint64_t quotient = 0;
    while (bit()) ++quotient;
    std::uint64_t rest = 0;
    for (std::uint32_t i = 0; i < bits_; ++i) rest = rest << 1U | (bit() ? 1U : 0U);
    return (quotient << bits_) + rest;
  }

  std::string_view bytes_;
  std::uint32_t words_ = 0;
  std::uint32_t numbers_ = 0;
  std::uint32_t bits_ = 0;
  std::size_t at_ = 0;
};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// Digits and signs at the ends are what people add to a word to satisfy a rule. Bytes beyond ASCII
// stay: they belong to letters.
std::string_view core_of(std::string_view text) {
  const auto is_decoration = [](char c) {
    return !is_letter(c) && static_cast<unsigned char>(c) < 0x80;
  };
  while (!text.empty() && is_decoration(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_decoration(text.back())) text.remove_suffix(1);
  return text;
}

// The part that a text repeats: "abcabc" → "abc"; the last repeat may be cut short.
std::string_view repeated_part(std::string_view text) {
  for (std::size_t period = 1; period <= text.size() / 2; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return text.substr(0, period);
  }
  return text;
}

bool is_listed(std::string_view word) {
  const std::string core = without_substitutes(core_of(word));
  if (core.size() >= k_word_chars && PackedList().holds(core)) return true;
  const std::string_view part = repeated_part(core);
  return (part.size() >= k_word_chars && part.size() < core.size() && PackedList().holds(part)) ||
         PackedList().holds(word);
}

// Do two neighbours of a text stand side by side on a keyboard, or follow each other?
bool is_step(char a, char b) {
  constexpr std::array<std::string_view, 16> rows = {
      "qwertyuiop",  "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz",
      "01234567890", "1qaz",      "2wsx",    "3edc",
      "4rfv",        "5tgb",      "6yhn",    "7ujm",
      "8ik",         "9ol",       "qwertz",  "azerty"};
  if (a == b) return true;
  const std::array<char, 2> there = {a, b};
  const std::array<char, 2> back = {b, a};
  return std::any_of(rows.begin(), rows.end(), [&](std::string_view row) {
    return row.find({there.data(), 2}) != std::string_view::npos ||
           row.find({back.data(), 2}) != std::string_view::npos;
  });
}

// Three of four neighbours: "qwertyuiopasdfgh", "1qaz2wsx3edc", "abcdefgh12345678", "aaaaaaaaaaaa".
bool is_row(std::string_view text) {
  std::size_t steps = 0;
  for (std::size_t i = 1; i < text.size(); ++i) steps += is_step(text[i - 1], text[i]) ? 1U : 0U;
  return text.size() > 1 && steps * 4 >= (text.size() - 1) * 3;
}

bool has_few_characters(std::string_view text) {
  std::set<char32_t> seen;
  for (std::size_t at = 0; at < text.size();) seen.insert(utf8_next(text, at));
  return seen.size() < k_distinct_chars;
}

}  // namespace

std::string without_substitutes(std::string_view text) {
  constexpr std::string_view signs = "013457@$!";
  constexpr std::string_view letters = "oieastasi";
  std::string out(text);
  for (char& c : out) {
    const std::size_t at = signs.find(c);
    if (at != std::string_view::npos) c = letters[at];
  }
  return out;
}

bool is_common_password(std::string_view password) {
  const std::string text = fold_identity(password);
  if (has_few_characters(text) || is_row(text)) return true;
  const std::string_view part = repeated_part(text);
  if (is_row(part) && part.size() < text.size()) return true;
  // A sign in front may be decoration or a letter: "$unshine1".
  return is_listed(text) || is_listed(part) ||
         is_listed(without_substitutes(text.substr(0, 1)) +
                   text.substr(std::min<std::size_t>(1, text.size())));
}

}  // namespace kontor::crm
