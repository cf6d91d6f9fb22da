#include "base/phone.h"

#include "base/phone_countries.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::size_t k_text_bytes = 64;
constexpr std::size_t k_digits_min = 7;   // the shortest in use: Tokelau, +690 and four digits
constexpr std::size_t k_digits_max = 15;  // E.164

struct Dialled {
  bool plus = false;
  std::string digits;
  std::optional<std::size_t> bracketed_zero;  // where in `digits`
};

bool is_separator(char32_t c) {
  constexpr std::u32string_view separators =
      U" \t.-/()[]\u00A0\u2007\u2009\u202F\u2010\u2011\u2012\u2013";
  return separators.find(c) != std::u32string_view::npos;
}

std::optional<Dialled> read_dialled(std::string_view text) {
  Dialled dialled;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("(0)")) dialled.bracketed_zero = dialled.digits.size();
    const char32_t c = utf8_next(text, at);
    if (c >= '0' && c <= '9') {
      dialled.digits.push_back(static_cast<char>(c));
    } else if (c == '+' && !dialled.plus && dialled.digits.empty()) {
      dialled.plus = true;
    } else if (!is_separator(c)) {
      return std::nullopt;
    }
  }
  return dialled;
}

bool fits(const PhoneCountry& country, std::size_t digits) {
  return digits >= country.digits_min && digits <= country.digits_max;
}

std::optional<std::string> plus_form(std::string_view calling_code, std::string_view number) {
  const std::size_t digits = calling_code.size() + number.size();
  if (digits < k_digits_min || digits > k_digits_max) return std::nullopt;
  return std::string("+").append(calling_code).append(number);
}

std::optional<std::string> international(std::string_view digits) {
  const auto country = find_calling_code(digits);
  if (!country) return std::nullopt;
  const std::string_view number = digits.substr(country->calling_code.size());
  if (!fits(*country, number.size())) return std::nullopt;
  return plus_form(country->calling_code, number);
}

std::optional<std::string> national(std::string_view digits, const PhoneCountry& country) {
  const std::string_view trunk = country.trunk_prefix;
  if (!trunk.empty() && digits.starts_with(trunk)) {
    const std::string_view number = digits.substr(trunk.size());
    if (fits(country, number.size())) return plus_form(country.calling_code, number);
  }
  if (fits(country, digits.size())) return plus_form(country.calling_code, digits);
  // "84912345678": the calling code without its plus, told by being too long for the country.
  if (!digits.starts_with(country.calling_code)) return std::nullopt;
  const std::string_view number = digits.substr(country.calling_code.size());
  return fits(country, number.size()) ? plus_form(country.calling_code, number) : std::nullopt;
}

// Takes the exit code off ("00", from North America "011"); false for a national number.
bool strip_exit_code(Dialled& dialled, const std::optional<PhoneCountry>& country) {
  if (dialled.plus) return true;
  const bool north_america = country && country->calling_code == "1";
  for (const std::string_view code : {std::string_view("00"), std::string_view("011")}) {
    if (code == "011" && !north_america) continue;
    if (!dialled.digits.starts_with(code)) continue;
    dialled.digits.erase(0, code.size());
    if (dialled.bracketed_zero) *dialled.bracketed_zero -= code.size();
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> normal_phone(std::string_view text, std::string_view default_country) {
  if (text.size() > k_text_bytes) return std::nullopt;
  const auto country = find_phone_country(default_country);
  auto dialled = read_dialled(text);
  if (!dialled) return std::nullopt;
  if (strip_exit_code(*dialled, country)) {
    // "+44 (0)20 …": a habit of letterheads; that zero is dialled only inside the country.
    if (dialled->bracketed_zero) dialled->digits.erase(*dialled->bracketed_zero, 1);
    return international(dialled->digits);
  }
  return country ? national(dialled->digits, *country) : std::nullopt;
}

bool is_country(std::string_view code) { return find_phone_country(code).has_value(); }

}  // namespace kontor
