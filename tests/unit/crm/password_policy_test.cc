#include "crm/accounts/password_policy.h"

#include <catch_amalgamated.hpp>

#include "crm/accounts/common_passwords.h"

namespace kontor::test {
namespace {

const crm::PasswordOwner k_owner = {
    .email = "an.nguyen@greenleaf.example", .name = "Nguyễn Thị Ân", .organisation = "Blue Garden"};

std::string verdict(std::string_view password, const crm::PasswordRules& rules = {}) {
  const auto checked = crm::check_password(password, rules, k_owner);
  return checked.ok() ? "taken" : checked.error().fields.at(0).code;
}

TEST_CASE("fifteen characters are enough, whichever they are") {
  CHECK(verdict("mossy lantern q") == "taken");
  CHECK(verdict("mossy lantern ") == "too_short");
  CHECK(verdict("tấm thẻ ướt mưa") == "taken");  // counted as people count
}

TEST_CASE("letters that come in parts are counted as the letters that they are") {
  CHECK(verdict("e\u0302\u0301e\u0302\u0301e\u0302\u0301 mua") == "too_short");  // 7, typed as 13
  CHECK(verdict("ta\u0302\u0301m the\u0309 u\u031bo\u031b\u0301t mu\u031ba") == "taken");
  CHECK(verdict("ta\u0302\u0301m the\u0309 u\u031bo\u031b\u0301t m") == "too_short");  // 13
}

TEST_CASE("twelve are enough with small and capital letters, digits and signs among them") {
  CHECK(verdict("mossy-Lant3rx") == "taken");
  CHECK(verdict("mossy-Lant3r") == "taken");
  CHECK(verdict("mossy-Lant3") == "too_short");
  CHECK(verdict("mossy-lant3r") == "too_short");
  CHECK(verdict("MOSSY-LANT3R") == "too_short");
  CHECK(verdict("mossy-Lanter") == "too_short");
  CHECK(verdict("mossy9Lant3r") == "too_short");
  CHECK(verdict("mossy-Lant3r", {.mixed_min_chars = 15}) == "too_short");
}

TEST_CASE("a password has a most that is never cut off") {
  std::string longest;
  while (longest.size() < 252) longest += "mossy lantern quilt ";
  longest.resize(256);
  CHECK(verdict(longest) == "taken");
  CHECK(verdict(longest + "x") == "too_long");
  CHECK(verdict("mossy lantern quilt \xFF") == "not_text");
}

TEST_CASE("what is guessed first is not taken, however it is dressed up") {
  for (const std::string_view common :
       {"password1234567", "PasswordPassword", "P@ssw0rd!2024!!", "iloveyouiloveyou",
        "qwertyuiopasdfgh", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaa", "123456789012345",
        "abcabcabcabcabcabc", "$unshine!!!!2026", "Championship2026", "Dragon!!!Dragon!!!",
        "letmeinletmein!!!", "abababababababab"}) {
    INFO(common);
    CHECK(crm::is_common_password(common));
  }
}

TEST_CASE("what nobody guesses first is taken") {
  for (const std::string_view fine :
       {"mossy lantern quilt", "correct horse battery staple", "tấm thẻ ướt mưa hôm qua",
        "xK9#vv-Lq2!m", "purple-kite-under-9-stairs", "j8Fw_2mZ0qP4tYbN"}) {
    INFO(fine);
    CHECK_FALSE(crm::is_common_password(fine));
  }
}

TEST_CASE("words of the account are no password") {
  CHECK(verdict("my greenleaf is wide") == "account_word");
  CHECK(verdict("a Nguyen of the hills") == "account_word");
  CHECK(verdict("blue is the G4rden today") == "account_word");
  CHECK(verdict("the kontor is open late") == "account_word");
  CHECK(verdict("K0NT0R is open late") == "account_word");
}

}  // namespace
}  // namespace kontor::test
