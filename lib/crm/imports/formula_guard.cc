#include "crm/imports/formula_guard.h"

#include <algorithm>

namespace kontor::crm {
namespace {

constexpr std::string_view k_starts = "=+-@\t\r";

bool starts_formula(std::string_view text) {
  return !text.empty() && k_starts.find(text.front()) != std::string_view::npos;
}

std::string_view behind_apostrophes(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\''), text.size()));
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_number(std::string_view text) {
  if (text.front() != '+' && text.front() != '-') return false;
  text.remove_prefix(1);
  const auto point = std::min(text.find('.'), text.size());
  return is_digits(text.substr(0, point)) &&
         (point == text.size() || is_digits(text.substr(point + 1)));
}

// "+84 90 123 45 67", "+44 (20) 7946 0958": digits in groups with blanks between them, which no
// spreadsheet can reckon with. One with a minus, a stroke or a point could be a sum, a fraction or
// a number.
bool is_phone(std::string_view text) {
  constexpr std::size_t k_fewest = 7, k_most = 15;  // digits: E.164
  if (text.size() < 2 || text[0] != '+' || !is_digits(text.substr(1, 1))) return false;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto count = static_cast<std::size_t>(digits);
  return text.substr(1).find_first_not_of("0123456789 ()") == std::string_view::npos &&
         text.find(' ') != std::string_view::npos && count >= k_fewest && count <= k_most;
}

}  // namespace

void append_guarded(std::string& out, std::string_view cell) {
  const bool is_formula = starts_formula(behind_apostrophes(cell));
  if (is_formula && !is_number(cell) && !is_phone(cell)) out += '\'';
  out += cell;
}

std::string_view unguarded(std::string_view cell) {
  const bool is_guarded = cell.starts_with('\'') && starts_formula(behind_apostrophes(cell));
  return cell.substr(is_guarded ? 1 : 0);
}

}  // namespace kontor::crm
