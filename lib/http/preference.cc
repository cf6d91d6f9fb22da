#include "http/preference.h"

#include <algorithm>

#include "http/tokens.h"

namespace kontor::http {
namespace {

// "0", "0.5", "1.000" in thousandths; -1 for anything else.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  if (text.size() > 1 && text[1] != '.') return -1;
  int weight = (text[0] - '0') * 1000;
  int place = 100;
  for (char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (!is_digit(c)) return -1;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? weight : -1;
}

}  // namespace

Preference next_preference(std::string_view& list) {
  const std::string_view item = next_in_list(list);
  const auto semicolon = item.find(';');
  Preference preference{trim_blanks(item.substr(0, semicolon))};
  if (semicolon == std::string_view::npos) return preference;
  const auto parameter = trim_blanks(item.substr(semicolon + 1));
  const bool is_weight = parameter.size() > 2 && equals_ignoring_case(parameter.substr(0, 2), "q=");
  preference.weight = is_weight ? parse_weight(parameter.substr(2)) : -1;
  return preference;
}

}  // namespace kontor::http
