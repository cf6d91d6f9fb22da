// Which passwords are taken.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crm/accounts/account_settings.h"

namespace kontor::crm {

// Whose password it is to be: her words are easy to guess.
struct PasswordOwner {
  std::string_view email = {};
  std::string_view name = {};
  std::string_view organisation = {};
};

// Code::invalid with one field error at `pointer`: too_short, too_long, not_text (no UTF-8),
// common, account_word. Any Unicode is fine, blanks too, and nothing is cut off.
Result<void> check_password(std::string_view password, const PasswordRules& rules,
                            const PasswordOwner& owner, std::string_view pointer = "/password");

Error password_error(std::string_view pointer, std::string code, std::string detail);

}  // namespace kontor::crm
