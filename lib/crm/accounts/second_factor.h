// The second factor: one-time codes of an authenticator app, and recovery codes for when it is
// lost. A seed is first offered, then confirmed with a code of it, and counts from then on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/sealed.h"
#include "crm/access/principal.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/user.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct FactorOffer {
  std::string secret;  // the seed in base 32, to be typed where no picture can be read
  std::string url;     // otpauth://…
  std::string qr_svg;  // the same as a picture
};

// Thread-safe. Changes of a factor end everything the user holds (end_credentials); the caller who
// may go on begins a new session in the same transaction.
class SecondFactors {
 public:
  // The firm's name in `settings` is what the app lists it under. Both must outlive it.
  SecondFactors(const SecretKey& master_key, const AccountSettings& settings, Random& random);

  // A new seed, sealed for the user; an earlier offer is void. Code::conflict
  // (second_factor_active) if she has a factor already: it has to be removed first.
  Result<FactorOffer> offer(store::WriteTx& tx, std::int64_t user_id) const;

  // The offered factor counts from now on, if `code` is one of it: ten recovery codes, to be shown
  // once. Code::invalid (wrong_code) if it is not, Code::conflict (no_offer) if nothing is offered.
  Result<std::vector<std::string>> confirm(store::WriteTx& tx, const Context& context,
                                           std::int64_t user_id, std::string_view code) const;

  // Ten new ones; the old ones are void. Code::conflict (no_second_factor) if she has no factor.
  Result<std::vector<std::string>> renew_recovery_codes(store::WriteTx& tx, const Context& context,
                                                        std::int64_t user_id) const;

  // Whether `code` is a one-time code that was not used yet, or an unused recovery code; it is used
  // up with this. Code::wrong_key if the seed was sealed with another master key.
  Result<bool> verify(store::WriteTx& tx, std::int64_t user_id, std::string_view code,
                      std::int64_t now_ms) const;

  // verify() as signing in asks it; a factor that cannot be read lets nobody in. Must not outlive
  // this.
  std::function<bool(store::WriteTx& tx, const User& user, std::string_view code,
                     std::int64_t now_ms)>
  checker() const;

 private:
  std::string issuer() const;
  // False: none of it. Takes the step.
  Result<bool> take_step(store::WriteTx& tx, std::int64_t user_id, std::string_view code,
                         std::int64_t now_ms) const;
  std::vector<std::string> make_recovery_codes(store::WriteTx& tx, std::int64_t user_id) const;

  SecretKey key_;
  const AccountSettings& settings_;
  Random& random_;
};

// Whether sign-in asks the user for a code.
bool has_second_factor(store::ReadTx& tx, std::int64_t user_id);

// How many recovery codes are left.
std::int64_t count_recovery_codes(store::ReadTx& tx, std::int64_t user_id);

// Removes factor and recovery codes, for `user reset-2fa` too, and ends all that the user holds.
// False: there was none, nothing changed. The caller has asked for the password, or is an
// administrator.
bool remove_second_factor(store::WriteTx& tx, const Context& context, std::int64_t user_id);

// Whether she has to take a second factor before she may do anything else (setting require_totp).
// The program itself needs none.
bool lacks_second_factor(const Principal& who, FactorRule rule);

}  // namespace kontor::crm
