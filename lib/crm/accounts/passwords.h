// Taking a new password: the policy, the ones before it, its hash, and what ends with the old one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/user.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

// What has to be known before the hashing, which happens apart from any transaction.
struct PasswordWish {
  std::string password = {};
  std::string email = {};
  std::string name = {};
  std::vector<std::string> used = {};  // hashes; used_passwords()
  // She has to give the one that counts now. Empty hash: there is none, or she need not.
  std::string current = {};
  std::string current_hash = {};
  std::string pointer = "/password";
};

// Hashes of the last passwords, the one that counts now first.
std::vector<std::string> used_passwords(store::ReadTx& tx, const User& user,
                                        const PasswordRules& rules);

// Everything that takes time: a hash for each used password and one for the new. On a thread of the
// PasswordHasher. Code::invalid with a field error as check_password(), or used_before, or
// wrong_password at /current_password.
Result<std::string> new_password_hash(const PasswordWish& wish, const AccountSettings& settings);

// Sets it, keeps the old one's hash as long as the history is, and ends all that the user holds:
// sessions, tokens, links. Who changes her own begins a new session in the same transaction.
Result<User> set_password(store::WriteTx& tx, const Context& context, const User& user,
                          const std::string& hash, const PasswordRules& rules);

}  // namespace kontor::crm
