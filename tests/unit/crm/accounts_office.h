// A database with accounts, cheap password hashes and a clock that is moved by hand.
#pragma once

#include <catch_amalgamated.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "crm/accounts/authenticator.h"
#include "crm/accounts/password_hasher.h"
#include "crm/accounts/sessions.h"
#include "crm/accounts/sign_in.h"
#include "crm/accounts/users.h"
#include "support/database.h"

namespace kontor::test {

inline constexpr std::string_view k_password = "seven brown bottles";

// Keeps the lines of the log.
class LogLines final : public LogSink {
 public:
  void write(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    text_.append(line);
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

inline crm::AccountSettings cheap_settings() {
  static const crm::CurrentOrganisation k_garden(crm::Organisation{.name = "Green Garden"});
  return {.cost = {.memory_kib = 64, .passes = 1}, .organisation = &k_garden};
}

// The parts of crm::Accounts, with a second factor and API tokens that a test makes up.
class OfficeAccounts {
 public:
  OfficeAccounts(store::Store& store, UuidSource& ids, const Clock& clock, Random& random,
                 const Logger& log, crm::AccountSettings settings,
                 crm::SignIn::CheckCode check_code, crm::Authenticator::FindToken find_token)
      : settings_(std::move(settings)),
        sessions_(settings_.sessions, ids, random),
        authenticator_(store, sessions_, std::move(find_token), clock),
        sign_in_({store, hasher_, sessions_, random, ids, settings_, std::move(check_code), &log}),
        hasher_(settings_.cost) {}

  const crm::AccountSettings& settings() const { return settings_; }
  const crm::Sessions& sessions() const { return sessions_; }
  crm::Authenticator& authenticator() { return authenticator_; }
  const crm::SignIn& sign_in() const { return sign_in_; }

 private:
  const crm::AccountSettings settings_;
  const crm::Sessions sessions_;
  crm::Authenticator authenticator_;
  const crm::SignIn sign_in_;
  crm::PasswordHasher hasher_;
};

class Office {
 public:
  explicit Office(crm::AccountSettings settings = cheap_settings(),
                  crm::SignIn::CheckCode check_code = {},
                  crm::Authenticator::FindToken find_token = {})
      : accounts(database.store(), ids, clock, random, log, std::move(settings),
                 std::move(check_code), std::move(find_token)) {}

  crm::Context context() {
    return {.now_ms = clock.now_ms(), .request_id = "test", .address = "203.0.113.7"};
  }

  template <class Fn>
  auto write(Fn fn) {
    return database.store().write(fn);
  }

  Result<crm::User> try_add(std::string_view email, std::vector<std::string> roles = {"sales"}) {
    const std::string hash = hash_password(k_password, accounts.settings().cost).value();
    return write([&](store::WriteTx& tx) {
      return crm::create_user(tx, context(),
                              {.id = ids.next(),
                               .email = std::string(email),
                               .name = "An Nguyen",
                               .roles = roles,
                               .password_hash = hash});
    });
  }
  crm::User add(std::string_view email, std::vector<std::string> roles = {"sales"}) {
    return try_add(email, std::move(roles)).value();
  }
  Result<crm::User> try_change(const crm::User& user, const crm::UserChange& change) {
    return write([&](store::WriteTx& tx) { return crm::change_user(tx, context(), user, change); });
  }
  std::optional<crm::User> find(std::string_view email) {
    return database.store()
        .read([&](store::ReadTx& tx) -> Result<std::optional<crm::User>> {
          return crm::find_user_by_email(tx, email);
        })
        .value();
  }

  crm::StartedSession begin(const crm::User& user) {
    return write([&](store::WriteTx& tx) -> Result<crm::StartedSession> {
             return accounts.sessions().begin(tx, context(), user, "Firefox");
           })
        .value();
  }
  Result<std::shared_ptr<const crm::Principal>> who(std::string_view token) {
    return accounts.authenticator().session(token, "203.0.113.7");
  }

  Result<crm::SignedIn> sign_in(std::string_view email, std::string_view password = k_password,
                                std::string_view device = {}, std::string_view code = {}) {
    const auto promise = std::make_shared<std::promise<Result<crm::SignedIn>>>();
    crm::SignInAttempt attempt{
        .email = std::string(email), .password = std::string(password), .code = std::string(code)};
    attempt.browser.device = device;
    attempt.context = context();
    accounts.sign_in().by_password(attempt, [promise](Result<crm::SignedIn> result) {
      promise->set_value(std::move(result));
    });
    return promise->get_future().get();
  }
  void fail(std::string_view email, int times, std::string_view device = {}) {
    for (int i = 0; i < times; ++i) CHECK_FALSE(sign_in(email, "wrong", device).ok());
  }

  FakeClock clock;
  SystemRandom random;
  LogLines lines;
  Logger log{clock, lines, LogFormat::text, LogLevel::info};
  Database database{clock};
  UuidSource ids{clock, random};
  OfficeAccounts accounts;
};

}  // namespace kontor::test
