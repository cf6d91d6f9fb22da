// The firm's settings of accounts, as numbers.
#pragma once

#include <cstdint>
#include <string>

#include "base/password_hash.h"

namespace kontor::crm {

struct PasswordRules {
  std::int64_t min_chars = 15;        // without any further rule
  std::int64_t mixed_min_chars = 12;  // with upper and lower case, a digit and a symbol
  std::int64_t max_bytes = 256;
  std::int64_t history = 5;  // how many of the last passwords cannot be taken again
};

struct SessionRules {
  std::int64_t idle_ms = 3'600'000;
  std::int64_t absolute_ms = 43'200'000;
  std::int64_t max = 3;  // a user's; the oldest ends
};

struct LockOutRules {
  std::int64_t failures = 5;  // in a row
  std::int64_t lock_ms = 900'000;
};

struct AccountSettings {
  PasswordCost cost = {};
  PasswordRules passwords = {};
  SessionRules sessions = {};
  LockOutRules lock_out = {};
  std::string organisation = {};  // its words are no password
};

}  // namespace kontor::crm
