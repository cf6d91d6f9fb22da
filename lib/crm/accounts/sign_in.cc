#include "crm/accounts/sign_in.h"

#include <optional>
#include <utility>

#include "base/password_hash.h"
#include "crm/accounts/devices.h"
#include "crm/accounts/links.h"
#include "crm/accounts/lock_out.h"
#include "crm/accounts/passwords.h"
#include "crm/accounts/users.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {
namespace {

// Failures of codes that came with a link, apart from those of browsers: the link passes their
// locks.
constexpr std::int64_t k_by_link = -2;

// General on purpose: it tells nobody whether there is such an account, or that it is locked.
Error sign_in_failed() {
  return {.code = Code::unauthenticated,
          .message = "Wrong e-mail address, password or code, or too many tries: wait 15 minutes.",
          .kind = "sign_in_failed"};
}

Error link_refused() {
  return {.code = Code::unauthenticated,
          .message = "This link or code does not work, or not any more.",
          .kind = "link_refused"};
}

Error set_up_already() {
  return {.code = Code::conflict,
          .message = "Kontor is set up already.",
          .kind = "set_up_already",
          .hint = "sign in, or have someone make you a link: kontor user login-link EMAIL"};
}

}  // namespace

// Written by one thread after the other.
struct SignIn::PasswordTry {
  SignInAttempt given;
  Guesser guesser = {};
  std::string hash = {};   // that is checked; empty: none
  std::int64_t epoch = 0;  // in which it counted
  bool is_open = false;    // neither disabled nor locked when it was read
  bool matches = false;
  std::string new_hash = {};   // the same password, at the cost of today
  std::string_view refusal{};  // why, for the log alone
};

struct SignIn::LinkTry {
  LinkAttempt given;
  PasswordWish wish = {};
  std::string new_hash = {};
  bool wrong_code = false;
  std::string email = {};
};

struct SignIn::SetUpTry {
  SetUpAttempt given;
  std::string hash = {};
};

void SignIn::by_password(SignInAttempt attempt, const Done& done) const {
  auto tried = std::make_shared<PasswordTry>(PasswordTry{.given = std::move(attempt)});
  tried->guesser.account = account_hash(tried->given.email);
  const Result<void> read = parts_.store.read([&](store::ReadTx& tx) -> Result<void> {
    const auto user = find_user_by_email(tx, tried->given.email);
    const std::int64_t row_id = user ? user->row_id : 0;
    const auto device = find_device(tx, row_id, tried->given.browser.device);
    tried->guesser.device_id = device.value_or(0);
    if (!user) return {};
    tried->guesser.user_row_id = row_id;
    tried->hash = user->password_hash;
    tried->epoch = user->epoch;
    tried->is_open = user->active && !is_locked(tx, tried->guesser, tried->given.context.now_ms);
    return {};
  });
  if (!read.ok()) return done(read.error());
  const Result<void> taken = parts_.hasher.run([this, tried, done] { verify(tried, done); });
  if (!taken.ok()) done(taken.error());
}

// On the hasher's thread: one hash whoever it is, and a second one only for who is let in, or the
// time would tell who is locked out that the password is right.
void SignIn::verify(const std::shared_ptr<PasswordTry>& attempt, const Done& done) const {
  const std::string& password = attempt->given.password;
  const std::string& hash = attempt->hash.empty() ? parts_.hasher.decoy() : attempt->hash;
  attempt->matches = verify_password(password, hash) && !attempt->hash.empty();
  if (attempt->matches && attempt->is_open && needs_rehash(hash, parts_.settings.cost)) {
    auto again = hash_password(password, parts_.settings.cost);
    if (again.ok()) attempt->new_hash = *std::move(again);
  }
  const Result<void> queued = parts_.store.write_later(
      [this, attempt](store::WriteTx& tx) { return conclude(tx, *attempt); },
      [this, attempt, done](Result<std::optional<SignedIn>> result) {
        if (!result.ok()) return done(std::move(result).error());
        if (!*result) {
          log_failure(attempt->given.context, attempt->given.email, attempt->refusal);
          return done(sign_in_failed());
        }
        log_success(attempt->given.context, (*result)->user, "password");
        done(**std::move(result));
      });
  if (!queued.ok()) done(queued.error());
}

// May run twice. Everything that counts is looked at again: between the hash and now the password,
// the status or the lock may have changed.
Result<std::optional<SignedIn>> SignIn::conclude(store::WriteTx& tx, PasswordTry& attempt) const {
  const Context& context = attempt.given.context;
  const auto user = find_user_by_email(tx, attempt.given.email);
  attempt.refusal = {};
  if (!user) {
    attempt.refusal = "unknown";
  } else if (is_locked(tx, attempt.guesser, context.now_ms)) {
    attempt.refusal = "locked";
  } else if (!user->active) {
    attempt.refusal = "disabled";
  } else if (!attempt.matches || user->epoch != attempt.epoch) {
    attempt.refusal = "wrong_password";
  } else if (!code_is_right(tx, *user, attempt.given.code, context.now_ms)) {
    attempt.refusal = "wrong_code";
  }
  if (!attempt.refusal.empty()) {
    note_failure(tx, attempt.guesser, parts_.settings.lock_out, context.now_ms);
    // Of accounts that do not exist, and while locked, the log tells: the trail must not grow with
    // every guess of a stranger.
    if (user && attempt.refusal != "locked")
      record_event(tx, context, "session", user->id, "sign_in_failed",
                   R"({"reason":")" + std::string(attempt.refusal) + R"("})");
    return std::optional<SignedIn>();
  }
  forgive(tx, attempt.guesser);
  if (!attempt.new_hash.empty())
    tx.prepare("UPDATE users SET password_hash = ? WHERE id = ?")
        .with(std::string_view(attempt.new_hash), user->row_id)
        .run();
  return std::optional(TRY(enter(tx, context, *user, attempt.given.browser)));
}

Result<SignedIn> SignIn::enter(store::WriteTx& tx, const Context& context, const User& user,
                               const Browser& browser) const {
  tx.prepare("UPDATE users SET last_sign_in_at = ? WHERE id = ?")
      .with(context.now_ms, user.row_id)
      .run();
  StartedSession session = parts_.sessions.begin(tx, context, user, browser.user_agent);
  // From here on it is her browser that acts.
  auto browsing = std::make_shared<Principal>(*context.principal);
  browsing->kind = Principal::Kind::session;
  Context herself = context;
  herself.actor_id = user.row_id;
  herself.principal = std::move(browsing);
  record_event(tx, herself, "session", user.id, "sign_in");
  std::string device =
      remember_device(tx, user.row_id, browser.device, context.now_ms, parts_.random);
  return SignedIn{*find_user(tx, user.row_id), std::move(session), std::move(device)};
}

bool SignIn::code_is_right(store::WriteTx& tx, const User& user, std::string_view code,
                           std::int64_t now_ms) const {
  if (!user.has_second_factor) return true;
  return parts_.check_code && parts_.check_code(tx, user, code, now_ms);
}

void SignIn::by_link(LinkAttempt attempt, const Done& done) const {
  auto tried = std::make_shared<LinkTry>(LinkTry{.given = std::move(attempt)});
  const Result<void> read = parts_.store.read([&](store::ReadTx& tx) -> Result<void> {
    const auto row_id = find_sign_in_link(tx, tried->given.token, tried->given.context.now_ms);
    const auto user = row_id ? find_user(tx, *row_id) : std::nullopt;
    if (!user || !user->active) return link_refused();
    tried->email = user->email;
    tried->wish = {.password = tried->given.new_password,
                   .email = user->email,
                   .name = user->name,
                   .used = used_passwords(tx, *user, parts_.settings.passwords)};
    return {};
  });
  if (!read.ok()) {
    if (read.error().kind == "link_refused") log_failure(tried->given.context, "", "link");
    return done(read.error());
  }
  const auto conclude_later = [this, tried, done] {
    const Result<void> queued = parts_.store.write_later(
        [this, tried](store::WriteTx& tx) -> Result<std::optional<SignedIn>> {
          auto entered = enter_by_link(tx, *tried);
          if (tried->wrong_code) return std::optional<SignedIn>();  // its failure is to be kept
          return std::optional(TRY(std::move(entered)));
        },
        [this, tried, done](Result<std::optional<SignedIn>> result) {
          const bool refused =
              result.ok() ? !result->has_value() : result.error().kind == "link_refused";
          if (refused) log_failure(tried->given.context, tried->email, "link");
          if (refused) return done(link_refused());
          if (!result.ok()) return done(std::move(result).error());
          log_success(tried->given.context, (*result)->user, "link");
          done(**std::move(result));
        });
    if (!queued.ok()) done(queued.error());
  };
  if (tried->wish.password.empty()) return conclude_later();
  const Result<void> taken = parts_.hasher.run([this, tried, done, conclude_later] {
    auto hash = new_password_hash(tried->wish, parts_.settings);
    if (!hash.ok()) return done(std::move(hash).error());
    tried->new_hash = *std::move(hash);
    conclude_later();
  });
  if (!taken.ok()) done(taken.error());
}

Result<SignedIn> SignIn::enter_by_link(store::WriteTx& tx, LinkTry& attempt) const {
  const Context& context = attempt.given.context;
  attempt.wrong_code = false;
  const auto row_id = find_sign_in_link(tx, attempt.given.token, context.now_ms);
  auto user = row_id ? find_user(tx, *row_id) : std::nullopt;
  if (!user || !user->active) return link_refused();
  const Guesser guesser{account_hash(user->email), user->row_id, k_by_link};
  if (is_locked(tx, guesser, context.now_ms) ||
      !code_is_right(tx, *user, attempt.given.code, context.now_ms)) {
    note_failure(tx, guesser, parts_.settings.lock_out, context.now_ms);
    attempt.wrong_code = true;
    return link_refused();
  }
  use_link(tx, attempt.given.token, context.now_ms);
  unlock_user(tx, user->row_id, user->email);
  if (!attempt.new_hash.empty())
    user = TRY(set_password(tx, context, *user, attempt.new_hash, parts_.settings.passwords));
  return enter(tx, context, *user, attempt.given.browser);
}

void SignIn::set_up(SetUpAttempt attempt, const Done& done) const {
  auto tried = std::make_shared<SetUpTry>(SetUpTry{.given = std::move(attempt)});
  const Result<void> read = parts_.store.read([&](store::ReadTx& tx) -> Result<void> {
    if (any_user(tx)) return set_up_already();
    if (is_setup_link(tx, tried->given.token, tried->given.context.now_ms)) return {};
    return link_refused();
  });
  if (!read.ok()) return done(read.error());
  const Result<void> taken = parts_.hasher.run([this, tried, done] {
    const SetUpAttempt& given = tried->given;
    auto hash = new_password_hash(
        {.password = given.password, .email = given.email, .name = given.name}, parts_.settings);
    if (!hash.ok()) return done(std::move(hash).error());
    tried->hash = *std::move(hash);
    const Result<void> queued = parts_.store.write_later(
        [this, tried](store::WriteTx& tx) { return make_first_user(tx, *tried); },
        [this, tried, done](Result<SignedIn> result) {
          if (result.ok()) log_success(tried->given.context, result->user, "set-up");
          done(std::move(result));
        });
    if (!queued.ok()) done(queued.error());
  });
  if (!taken.ok()) done(taken.error());
}

Result<SignedIn> SignIn::make_first_user(store::WriteTx& tx, SetUpTry& attempt) const {
  const SetUpAttempt& given = attempt.given;
  if (any_user(tx)) return set_up_already();
  if (!is_setup_link(tx, given.token, given.context.now_ms)) return link_refused();
  use_link(tx, given.token, given.context.now_ms);
  const User user = TRY(create_user(tx, given.context,
                                    {.id = parts_.ids.next(),
                                     .email = given.email,
                                     .name = given.name,
                                     .roles = {std::string(k_owner_role)},
                                     .password_hash = attempt.hash}));
  return enter(tx, given.context, user, given.browser);
}

void SignIn::log_failure(const Context& context, std::string_view account,
                         std::string_view why) const {
  if (parts_.log == nullptr) return;
  parts_.log->warn("sign-in failed", {{"address", context.address},
                                      {"account", account, true},
                                      {"reason", why},
                                      {"request_id", context.request_id}});
}

void SignIn::log_success(const Context& context, const User& user, std::string_view how) const {
  if (parts_.log == nullptr) return;
  parts_.log->info("signed in", {{"address", context.address},
                                 {"account", user.email, true},
                                 {"by", how},
                                 {"request_id", context.request_id}});
}

}  // namespace kontor::crm
