#include "crm/imports/values/number_form.h"

#include <algorithm>

#include "base/decimal.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_group = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// From the first digit, or a mark right before it, to the last digit.
struct Split {
  std::string_view before, core, behind;
};

Split split(std::string_view text) {
  const auto first =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin());
  if (first == text.size()) return {.before = text, .core = {}, .behind = {}};
  std::size_t start = first;
  if (start > 0 && (text[start - 1] == '.' || text[start - 1] == ',')) --start;
  std::size_t end = text.size();
  while (!is_digit(text[end - 1])) --end;
  return {text.substr(0, start), text.substr(start, end - start), text.substr(end)};
}

// Blanks (also those that do not break, in UTF-8) and apostrophes can only part thousands. They
// all become a blank.
std::string with_blanks(std::string_view core) {
  static constexpr std::string_view others[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89",
                                                "\xE2\x80\x99", "'"};
  std::string out(core);
  for (const std::string_view other : others)
    for (std::size_t at = 0; (at = out.find(other, at)) != std::string::npos;)
      out.replace(at, other.size(), " ");
  return out;
}

NumberHint hint_of_mark(char mark) { return mark == '.' ? NumberHint::point : NumberHint::comma; }

NumberHint hint_of_one_mark(std::string_view core, char mark, bool has_blanks) {
  const std::size_t at = core.find(mark);
  if (core.find(mark, at + 1) != std::string_view::npos)
    return hint_of_mark(mark == '.' ? ',' : '.');
  const bool like_group = core.size() - at - 1 == k_group && at >= 1 && at <= k_group &&
                          core.front() != '0' && !has_blanks;
  if (!like_group) return hint_of_mark(mark);
  return mark == '.' ? NumberHint::either_point : NumberHint::either_comma;
}

// Takes the marks between thousands out of the whole part; false: they stand elsewhere.
bool join_groups(std::string_view whole, char mark, std::string& out) {
  std::size_t digits = 0;
  bool grouped = false;
  for (const char c : whole) {
    if (is_digit(c)) {
      out += c;
      ++digits;
      continue;
    }
    if (c != mark && c != ' ') return false;
    if (grouped ? digits != k_group : digits == 0 || digits > k_group) return false;
    grouped = true;
    digits = 0;
  }
  return !grouped || digits == k_group;
}

}  // namespace

NumberHint number_hint(std::string_view text) {
  const std::string core = with_blanks(split(text).core);
  const bool usable = core.find_first_not_of("0123456789., ") == std::string::npos;
  if (!usable || core.empty()) return NumberHint::none;
  const std::size_t point = core.rfind('.'), comma = core.rfind(',');
  const bool has_point = point != std::string::npos, has_comma = comma != std::string::npos;
  if (!has_point && !has_comma) return NumberHint::none;
  if (has_point && has_comma) return hint_of_mark(point > comma ? '.' : ',');
  return hint_of_one_mark(core, has_point ? '.' : ',', core.find(' ') != std::string::npos);
}

std::optional<std::string> plain_number(std::string_view text, DecimalMark mark) {
  const Split parts = split(text);
  const std::string core = with_blanks(parts.core);
  if (core.empty()) return std::nullopt;
  const char decimal = mark == DecimalMark::point ? '.' : ',';
  const std::size_t at = std::min(core.find(decimal), core.size());
  std::string number;
  if (!join_groups(std::string_view(core).substr(0, at), decimal == '.' ? ',' : '.', number))
    return std::nullopt;
  if (at < core.size()) {
    const std::string_view fraction = std::string_view(core).substr(at + 1);
    if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
    if (number.empty()) number += '0';
    number += '.';
    number += fraction;
  }
  return std::string(parts.before) + number + std::string(parts.behind);
}

std::optional<std::string> major_from_minor(std::string_view text, int exponent) {
  const auto scaled = parse_decimal(text, k_quantity_places);
  if (!scaled) return std::nullopt;
  return format_decimal(*scaled, k_quantity_places + exponent);
}

}  // namespace kontor::crm
