#include "crm/accounts/password_policy.h"

#include <algorithm>
#include <vector>

#include "base/fold.h"
#include "base/nfc.h"
#include "base/utf8.h"
#include "crm/accounts/common_passwords.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_product = "kontor";
constexpr std::size_t k_word_chars = 4;  // shorter ones are in half of all words by chance

struct Classes {
  bool upper = false, lower = false, digit = false, symbol = false;
  bool all() const { return upper && lower && digit && symbol; }
};

// Beyond ASCII: a letter with a small form is upper case, one that search keeps is lower case.
void add_class(std::string_view character, Classes& classes) {
  const char first = character.front();
  const std::string small = fold_identity(character);
  if (first >= '0' && first <= '9') {
    classes.digit = true;
  } else if (!small.empty() && small != character) {
    classes.upper = true;
  } else if (!fold_search(character).empty()) {
    classes.lower = true;
  } else {
    classes.symbol = true;
  }
}

Classes classes_of(std::string_view password) {
  Classes classes;
  for (std::size_t at = 0; at < password.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(password, at));
    add_class(password.substr(at, length), classes);
    at += length;
  }
  return classes;
}

void add_words(std::string_view text, std::vector<std::string>& words) {
  const std::string folded = fold_search(text);
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', at), folded.size());
    if (end - at >= k_word_chars) words.push_back(folded.substr(at, end - at));
    at = end + 1;
  }
}

// The last label of the address's domain ("com", "info") says nothing of the account.
std::vector<std::string> words_of(const PasswordOwner& owner) {
  std::vector<std::string> words = {std::string(k_product)};
  add_words(owner.email.substr(0, owner.email.rfind('.')), words);
  add_words(owner.name, words);
  add_words(owner.organisation, words);
  return words;
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

bool holds_word(std::string_view password, const PasswordOwner& owner) {
  const std::string plain = without_blanks(fold_search(password));
  const std::string read = without_substitutes(fold_identity(password));
  const std::vector<std::string> words = words_of(owner);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return plain.find(word) != std::string::npos || read.find(word) != std::string::npos;
  });
}

std::string length_text(const PasswordRules& rules) {
  std::string text = "A password has at least " + std::to_string(rules.min_chars) + " characters";
  if (rules.mixed_min_chars >= rules.min_chars) return text + ".";
  return text + ", or " + std::to_string(rules.mixed_min_chars) +
         " with small and capital letters, digits and symbols among them.";
}

Result<void> check_length(std::string_view password, const PasswordRules& rules,
                          std::string_view pointer) {
  if (password.size() > static_cast<std::size_t>(rules.max_bytes))
    return password_error(pointer, "too_long",
                          "A password has at most " + std::to_string(rules.max_bytes) + " bytes.");
  const auto chars = static_cast<std::int64_t>(utf8_length(password));
  if (chars >= rules.min_chars) return {};
  if (chars >= rules.mixed_min_chars && classes_of(password).all()) return {};
  return password_error(pointer, "too_short", length_text(rules));
}

}  // namespace

Error password_error(std::string_view pointer, std::string code, std::string detail) {
  return {.code = Code::invalid,
          .message = detail,
          .fields = {{std::string(pointer), std::move(code), detail}}};
}

Result<void> check_password(std::string_view given, const PasswordRules& rules,
                            const PasswordOwner& owner, std::string_view pointer) {
  if (!is_utf8(given))
    return password_error(pointer, "not_text", "The password is not UTF-8 text.");
  const std::string password = nfc(given);  // as it will be hashed
  TRY(check_length(password, rules, pointer));
  if (is_common_password(password))
    return password_error(pointer, "common",
                          "This password is among those that are guessed first; several unrelated "
                          "words make a better one.");
  if (holds_word(password, owner))
    return password_error(pointer, "account_word",
                          "The password must not hold words of the name, the e-mail address, the "
                          "organisation or the program.");
  return {};
}

}  // namespace kontor::crm
