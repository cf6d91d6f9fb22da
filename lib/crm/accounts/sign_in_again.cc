// Whoever has signed in says once more who it is. A session that was left open is worth no more
// guesses than the front door: failures are counted, apart from those of browsers.
#include <memory>
#include <utility>

#include "base/password_hash.h"
#include "crm/accounts/lock_out.h"
#include "crm/accounts/password_policy.h"
#include "crm/accounts/passwords.h"
#include "crm/accounts/sign_in.h"
#include "crm/accounts/users.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_within_session = -3;

Guesser guesser_of(const User& user) {
  return {account_hash(user.email), user.row_id, k_within_session};
}

Error not_confirmed() {
  return {.code = Code::forbidden,
          .message = "That is not your password or code, or there were too many tries: wait.",
          .kind = "confirmation_failed"};
}

Error wrong_password() {
  return password_error("/current_password", "wrong_password", "That is not your password.");
}

Error no_user() {
  return {.code = Code::forbidden, .message = "This is for users who have signed in."};
}

}  // namespace

struct SignIn::Confirmation {
  ConfirmAttempt given;
  bool matches = false;  // the password
};

void SignIn::confirm(ConfirmAttempt attempt, const std::function<void(Result<void>)>& done) const {
  auto tried = std::make_shared<Confirmation>(Confirmation{.given = std::move(attempt)});
  const auto conclude_later = [this, tried, done] {
    const Result<void> queued =
        parts_.store.write_later([this, tried](store::WriteTx& tx) { return conclude(tx, *tried); },
                                 [done](Result<bool> right) {
                                   if (!right.ok()) return done(std::move(right).error());
                                   done(*right ? Result<void>() : Result<void>(not_confirmed()));
                                 });
    if (!queued.ok()) done(queued.error());
  };
  if (tried->given.password.empty()) return conclude_later();
  const auto hash = hash_of(tried->given.context);
  if (!hash.ok()) return done(hash.error());
  const Result<void> taken = parts_.hasher.run([tried, conclude_later, hash = *hash] {
    tried->matches = verify_password(tried->given.password, hash);
    conclude_later();
  });
  if (!taken.ok()) done(taken.error());
}

Result<std::string> SignIn::hash_of(const Context& context) const {
  return parts_.store.read([&](store::ReadTx& tx) -> Result<std::string> {
    const auto user = find_user(tx, context.principal->user_id);
    if (!user) return no_user();
    return user->password_hash.empty() ? parts_.hasher.decoy() : user->password_hash;
  });
}

Result<bool> SignIn::conclude(store::WriteTx& tx, Confirmation& attempt) const {
  const Context& context = attempt.given.context;
  const auto user = find_user(tx, context.principal->user_id);
  if (!user || context.principal->kind != Principal::Kind::session) return no_user();
  const Guesser guesser = guesser_of(*user);
  const bool by_code = attempt.given.password.empty() && user->has_second_factor;
  const bool right =
      attempt.matches || (by_code && code_is_right(tx, *user, attempt.given.code, context.now_ms));
  if (is_locked(tx, guesser, context.now_ms) || !right) {
    note_failure(tx, guesser, parts_.settings.lock_out, context.now_ms);
    return false;
  }
  forgive(tx, guesser);
  confirm_session(tx, context.principal->credential_id, context.now_ms);
  return true;
}

void SignIn::new_own_password(OwnPasswordAttempt attempt,
                              const std::function<void(Result<std::string>)>& done) const {
  auto wish = std::make_shared<PasswordWish>();
  const auto guesser = std::make_shared<Guesser>();
  const Context context = attempt.context;
  const Result<void> read = parts_.store.read([&](store::ReadTx& tx) -> Result<void> {
    const auto user = find_user(tx, context.principal->user_id);
    if (!user) return no_user();
    *guesser = guesser_of(*user);
    if (is_locked(tx, *guesser, context.now_ms)) return wrong_password();
    *wish = {.password = std::move(attempt.password),
             .email = user->email,
             .name = user->name,
             .used = used_passwords(tx, *user, parts_.settings.passwords),
             .current = std::move(attempt.current),
             .current_hash = user->password_hash};
    return {};
  });
  if (!read.ok()) return done(read.error());
  const Result<void> taken = parts_.hasher.run([this, wish, guesser, context, done] {
    auto hash = new_password_hash(*wish, parts_.settings);
    const bool is_guess = !hash.ok() && !hash.error().fields.empty() &&
                          hash.error().fields.front().code == "wrong_password";
    if (!is_guess) return done(std::move(hash));
    const Result<void> queued = parts_.store.write_later(
        [this, guesser, context](store::WriteTx& tx) -> Result<bool> {
          note_failure(tx, *guesser, parts_.settings.lock_out, context.now_ms);
          return true;
        },
        [done](const Result<bool>&) { done(wrong_password()); });
    if (!queued.ok()) done(queued.error());
  });
  if (!taken.ok()) done(taken.error());
}

}  // namespace kontor::crm
