// The firm's settings of accounts, as numbers.
#pragma once

#include <cstdint>
#include <string>

#include "base/password_hash.h"
#include "crm/organisation/current_organisation.h"

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

// How long API tokens live.
struct TokenRules {
  std::int64_t days = 90;  // one that does not say
  std::int64_t days_max = 366;
};

// Who must have a second factor before anything else: those who manage users or settings, or all.
enum class FactorRule : std::uint8_t { off, admins, all };

struct AccountSettings {
  PasswordCost cost = {};
  PasswordRules passwords = {};
  SessionRules sessions = {};
  LockOutRules lock_out = {};
  TokenRules tokens = {};
  FactorRule second_factor = FactorRule::off;
  // Its name: the words of it are no password, and authenticator apps list accounts under it. Must
  // outlive all that has these settings; null: the firm has none.
  const CurrentOrganisation* organisation = nullptr;

  std::string organisation_name() const {
    return organisation == nullptr ? std::string() : organisation->now()->name;
  }
};

}  // namespace kontor::crm
