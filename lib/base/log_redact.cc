#include "base/log_redact.h"

#include <algorithm>
#include <array>

#include "base/fold.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::string_view k_mask = "***";
constexpr std::size_t k_phone_digits_shown = 2;
constexpr std::size_t k_phone_digits_min = 5;

std::string_view first_letter(std::string_view text) {
  if (text.empty()) return text;
  return text.substr(0, std::max<std::size_t>(1, utf8_sequence_length(text, 0)));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_secret_key(std::string_view key) {
  constexpr std::array<std::string_view, 10> words = {
      "authorization", "cookie", "password", "passphrase", "token",
      "secret",        "totp",   "api_key",  "apikey",     "credential"};
  const std::string name = fold_identity(key);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

std::string mask_personal(std::string_view value) {
  const std::size_t at = value.rfind('@');
  if (at != std::string_view::npos) {
    return std::string(first_letter(value)).append(k_mask).append(value.substr(at));
  }
  const auto digits = static_cast<std::size_t>(std::count_if(value.begin(), value.end(), is_digit));
  if (digits >= k_phone_digits_min && is_digit(value.back())) {
    return std::string(k_mask).append(value.substr(value.size() - k_phone_digits_shown));
  }
  return std::string(first_letter(value)).append(k_mask);
}

}  // namespace kontor
