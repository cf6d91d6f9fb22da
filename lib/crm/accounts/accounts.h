// Everything about accounts that lives as long as the server: who makes it, makes all of it.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/uuid.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/api_tokens.h"
#include "crm/accounts/authenticator.h"
#include "crm/accounts/password_hasher.h"
#include "crm/accounts/second_factor.h"
#include "crm/accounts/sessions.h"
#include "crm/accounts/sign_in.h"
#include "store/store.h"

namespace kontor::crm {

class Accounts {
 public:
  struct Parts {
    store::Store& store;
    UuidSource& ids;
    const Clock& clock;
    Random& random;
    AccountSettings settings = {};
    const Logger* log = nullptr;
    SecretKey master_key;
  };

  // All that it is given must outlive it. Its end waits for the hashes that were begun, so the
  // store must still run then.
  explicit Accounts(Parts parts)
      : settings_(parts.settings),
        sessions_(settings_.sessions, parts.ids, parts.random),
        second_factors_(parts.master_key, settings_, parts.random),
        authenticator_(parts.store, sessions_, find_api_token, parts.clock),
        sign_in_({parts.store, hasher_, sessions_, parts.random, parts.ids, settings_,
                  second_factors_.checker(), parts.log}),
        hasher_(settings_.cost) {}

  const AccountSettings& settings() const { return settings_; }
  const Sessions& sessions() const { return sessions_; }
  const SecondFactors& second_factors() const { return second_factors_; }
  Authenticator& authenticator() { return authenticator_; }
  const SignIn& sign_in() const { return sign_in_; }
  PasswordHasher& hasher() { return hasher_; }

 private:
  const AccountSettings settings_;
  const Sessions sessions_;
  const SecondFactors second_factors_;
  Authenticator authenticator_;
  const SignIn sign_in_;
  PasswordHasher hasher_;  // last: its threads use all of the above
};

}  // namespace kontor::crm
