#include "crm/accounts/sign_in.h"

#include <algorithm>

#include "base/limits.h"
#include "crm/accounts/links.h"
#include "crm/accounts/lock_out.h"
#include "crm/accounts/passwords.h"
#include "unit/crm/accounts_office.h"

namespace kontor::test {
namespace {

constexpr std::string_view k_an = "an@example.com";
constexpr std::int64_t k_lock_ms = 900'000;

std::int64_t count(Office& office, std::string_view sql) {
  return office.database.store()
      .read([&](store::ReadTx& tx) -> Result<std::int64_t> {
        auto row = tx.prepare(sql);
        row.step();
        return row.integer(0);
      })
      .value();
}

Result<crm::SignedIn> by_link(Office& office, std::string_view token,
                              std::string_view new_password = {}, std::string_view code = {}) {
  const auto promise = std::make_shared<std::promise<Result<crm::SignedIn>>>();
  crm::LinkAttempt attempt{.token = std::string(token), .code = std::string(code)};
  attempt.new_password = new_password;
  attempt.context = office.context();
  office.accounts.sign_in().by_link(
      attempt, [promise](Result<crm::SignedIn> result) { promise->set_value(std::move(result)); });
  return promise->get_future().get();
}

std::string make_link(Office& office, const crm::User& user) {
  return office
      .write([&](store::WriteTx& tx) -> Result<std::string> {
        return crm::make_sign_in_link(tx, user.row_id, office.clock.now_ms(), office.random).token;
      })
      .value();
}

Result<crm::SignedIn> set_up(Office& office, std::string_view token,
                             std::string_view password = k_password) {
  const auto promise = std::make_shared<std::promise<Result<crm::SignedIn>>>();
  crm::SetUpAttempt attempt{.token = std::string(token), .email = "owner@example.com"};
  attempt.password = password;
  attempt.context = office.context();
  office.accounts.sign_in().set_up(
      attempt, [promise](Result<crm::SignedIn> result) { promise->set_value(std::move(result)); });
  return promise->get_future().get();
}

std::string make_setup_link(Office& office) {
  return office
      .write([&](store::WriteTx& tx) -> Result<std::string> {
        return crm::make_setup_link(tx, office.clock.now_ms(), office.random).token;
      })
      .value();
}

TEST_CASE("the right password begins a session and makes the browser known") {
  Office office;
  office.add(k_an);
  const auto in = office.sign_in("AN@example.com").value();
  CHECK(in.user.last_sign_in_at_ms == office.clock.now_ms());
  CHECK(office.who(in.session.token).ok());
  CHECK(in.device.size() == 43);
  const auto again = office.sign_in(k_an, k_password, in.device).value();
  CHECK(again.device == in.device);
  CHECK(again.session.token != in.session.token);  // whatever the browser brought along
}

TEST_CASE("every failure looks the same") {
  Office office;
  office.add(k_an);
  const auto disabled = office.add("left@example.com");
  REQUIRE(office.try_change(disabled, {.active = false}).ok());
  const Error wrong = office.sign_in(k_an, "wrong").error();
  CHECK(wrong.code == Code::unauthenticated);
  for (const Error& other :
       {office.sign_in("nobody@example.com").error(), office.sign_in("no address").error(),
        office.sign_in("left@example.com").error(), office.sign_in(k_an, "").error()}) {
    CHECK(other.code == wrong.code);
    CHECK(other.kind == wrong.kind);
    CHECK(other.message == wrong.message);
  }
}

TEST_CASE("five wrong passwords lock strangers out for fifteen minutes") {
  Office office;
  office.add(k_an);
  office.fail(k_an, 4);
  CHECK(office.sign_in(k_an).ok());  // a success starts over
  office.fail(k_an, 5);
  CHECK_FALSE(office.sign_in(k_an).ok());
  office.clock.advance_ms(k_lock_ms - 1);
  CHECK_FALSE(office.sign_in(k_an).ok());  // and does not make it longer
  office.clock.advance_ms(1);
  CHECK(office.sign_in(k_an).ok());
}

TEST_CASE("failures that lie far apart do not add up to a lock") {
  Office office;
  office.add(k_an);
  for (int i = 0; i < 10; ++i) {
    office.fail(k_an, 1);
    office.clock.advance_ms(k_lock_ms);
  }
  CHECK(office.sign_in(k_an).ok());
}

TEST_CASE("an attacker cannot lock out a browser that has signed in before") {
  Office office;
  office.add(k_an);
  const std::string device = office.sign_in(k_an).value().device;
  office.fail(k_an, 20);
  CHECK_FALSE(office.sign_in(k_an).ok());
  CHECK(office.sign_in(k_an, k_password, device).ok());
  CHECK_FALSE(office.sign_in(k_an).ok());  // the strangers' lock is not opened by that
}

TEST_CASE("a known browser is locked by its own failures, for that account alone") {
  Office office;
  office.add(k_an);
  office.add("binh@example.com");
  const std::string device = office.sign_in(k_an).value().device;
  office.fail(k_an, 5, device);
  CHECK_FALSE(office.sign_in(k_an, k_password, device).ok());
  CHECK(office.sign_in(k_an).ok());
  CHECK(office.sign_in("binh@example.com", k_password, device).ok());
}

TEST_CASE("another account's device token does not make a stranger known") {
  Office office;
  office.add(k_an);
  office.add("mallory@example.com");
  const std::string device = office.sign_in("mallory@example.com").value().device;
  office.fail(k_an, 5);
  CHECK_FALSE(office.sign_in(k_an, k_password, device).ok());
}

TEST_CASE("after a hundred failures in a row only known browsers and links are let in") {
  Office office;
  const crm::User user = office.add(k_an);
  const std::string device = office.sign_in(k_an).value().device;
  for (int i = 0; i < limits::sign_in_failures / 5; ++i) {
    office.fail(k_an, 5);
    office.clock.advance_ms(k_lock_ms);
  }
  CHECK_FALSE(office.sign_in(k_an).ok());
  CHECK(by_link(office, make_link(office, user)).ok());
  CHECK(office.sign_in(k_an).ok());
  for (int i = 0; i < limits::sign_in_failures / 5; ++i) {
    office.fail(k_an, 5);
    office.clock.advance_ms(k_lock_ms);
  }
  CHECK_FALSE(office.sign_in(k_an).ok());
  CHECK(office.sign_in(k_an, k_password, device).ok());
  CHECK(office.sign_in(k_an).ok());
}

TEST_CASE("what is noted of accounts that do not exist is forgotten") {
  Office office;
  office.add(k_an);
  for (int i = 0; i < 20; ++i) office.fail("nobody" + std::to_string(i) + "@example.com", 1);
  CHECK(count(office, "SELECT count(*) FROM sign_in_failures WHERE user_id IS NULL") == 40);
  office.clock.advance_ms(k_lock_ms + 1);
  office.fail(k_an, 1);
  CHECK(count(office, "SELECT count(*) FROM sign_in_failures WHERE user_id IS NULL") == 0);
}

TEST_CASE("unlocking lets strangers try again") {
  Office office;
  const crm::User user = office.add(k_an);
  office.fail(k_an, 5);
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<int> {
                return crm::unlock_user(tx, user.row_id, user.email);
              })
              .value() > 0);
  CHECK(office.sign_in(k_an).ok());
}

TEST_CASE("a password is hashed again when its cost has risen") {
  Office office;
  const crm::User user = office.add(k_an);
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<bool> {
                const std::string old =
                    hash_password(k_password, {.memory_kib = 32, .passes = 1}).value();
                tx.prepare("UPDATE users SET password_hash = ? WHERE id = ?")
                    .with(std::string_view(old), user.row_id)
                    .run();
                return true;
              })
              .ok());
  const auto in = office.sign_in(k_an).value();
  CHECK(in.user.password_hash.find("m=64,") != std::string::npos);
  CHECK(in.user.epoch == user.epoch);
  CHECK(office.sign_in(k_an).ok());
}

TEST_CASE("with a second factor the password alone is not enough") {
  const auto check = [](store::WriteTx&, const crm::User&, std::string_view code, std::int64_t) {
    return code == "123456";
  };
  Office office(cheap_settings(), check);
  const crm::User user = office.add(k_an);
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<bool> {
                tx.prepare("UPDATE users SET totp_since = 1 WHERE id = ?").with(user.row_id).run();
                return true;
              })
              .ok());
  const Error missing = office.sign_in(k_an).error();
  CHECK(missing.message == office.sign_in(k_an, "wrong").error().message);
  CHECK_FALSE(office.sign_in(k_an, k_password, "", "000000").ok());
  CHECK(office.sign_in(k_an, k_password, "", "123456").ok());
  // Nor is a link.
  const std::string link = make_link(office, user);
  CHECK(by_link(office, link).error().kind == "link_refused");
  CHECK(by_link(office, link, "", "123456").ok());
}

TEST_CASE("codes that come with a link cannot be guessed either") {
  const auto check = [](store::WriteTx&, const crm::User&, std::string_view code, std::int64_t) {
    return code == "123456";
  };
  Office office(cheap_settings(), check);
  const crm::User user = office.add(k_an);
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<bool> {
                tx.prepare("UPDATE users SET totp_since = 1 WHERE id = ?").with(user.row_id).run();
                return true;
              })
              .ok());
  const std::string link = make_link(office, user);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(by_link(office, link, "", "000000").ok());
  CHECK_FALSE(by_link(office, link, "", "123456").ok());
}

TEST_CASE("a link works once, for half an hour, and only the newest") {
  Office office;
  const crm::User user = office.add(k_an);
  const std::string first = make_link(office, user);
  const std::string second = make_link(office, user);
  CHECK(by_link(office, first).error().kind == "link_refused");
  CHECK(by_link(office, second).ok());
  CHECK(by_link(office, second).error().kind == "link_refused");
  const std::string third = make_link(office, user);
  office.clock.advance_ms(limits::link_ms);
  CHECK(by_link(office, third).error().kind == "link_refused");
}

TEST_CASE("with a link a new password is set, if it is a good one") {
  Office office;
  const crm::User user = office.add(k_an);
  const auto old = office.begin(user);
  const std::string link = make_link(office, user);
  CHECK(by_link(office, link, "short").error().code == Code::invalid);
  CHECK(by_link(office, link, k_password).error().fields.at(0).code == "used_before");
  const auto in = by_link(office, link, "mossy lantern quilt").value();
  CHECK(office.who(in.session.token).ok());
  CHECK_FALSE(office.who(old.token).ok());
  CHECK(office.sign_in(k_an, "mossy lantern quilt").ok());
  CHECK_FALSE(office.sign_in(k_an).ok());
}

TEST_CASE("the last five passwords cannot be taken again, the one before them can") {
  Office office;
  crm::User user = office.add(k_an);
  const auto& settings = office.accounts.settings();
  const auto change = [&](const std::string& password) -> Result<crm::User> {
    crm::PasswordWish wish{.password = password, .email = user.email};
    wish.used = office.database.store()
                    .read([&](store::ReadTx& tx) -> Result<std::vector<std::string>> {
                      return crm::used_passwords(tx, user, settings.passwords);
                    })
                    .value();
    const std::string hash = TRY(crm::new_password_hash(wish, settings));
    user = TRY(office.write([&](store::WriteTx& tx) {
      return crm::set_password(tx, office.context(), user, hash, settings.passwords);
    }));
    return user;
  };
  for (const char* next :
       {"mossy lantern one", "mossy lantern two", "mossy lantern six", "mossy lantern ten"}) {
    CHECK(change(std::string(k_password)).error().fields.at(0).code == "used_before");
    REQUIRE(change(next).ok());
  }
  CHECK_FALSE(change(std::string(k_password)).ok());  // the fifth
  REQUIRE(change("mossy lantern red").ok());
  CHECK(change(std::string(k_password)).ok());
}

TEST_CASE("the set-up link makes the first user, an owner, and works once") {
  Office office;
  const std::string link = make_setup_link(office);
  CHECK(set_up(office, "x").error().kind == "link_refused");
  CHECK(set_up(office, link, "short").error().code == Code::invalid);
  const auto in = set_up(office, link).value();
  CHECK(in.user.roles == std::vector<std::string>{"owner"});
  CHECK(office.who(in.session.token).value()->rights == crm::Rights::everything());
  CHECK(set_up(office, link).error().kind == "set_up_already");
}

TEST_CASE("the set-up link ends after half an hour, and once there is a user") {
  Office office;
  const std::string link = make_setup_link(office);
  office.clock.advance_ms(limits::link_ms);
  CHECK(set_up(office, link).error().kind == "link_refused");
  const std::string other = make_setup_link(office);
  office.add(k_an);
  CHECK(set_up(office, other).error().kind == "set_up_already");
}

TEST_CASE("failures are logged in one line that names the address and hides the account") {
  Office office;
  office.add(k_an);
  office.fail(k_an, 1);
  office.sign_in("x\n2026 warn sign-in failed address=1.2.3.4").ok();
  const std::string text = office.lines.text();
  CHECK(text.find("warn  sign-in failed address=203.0.113.7 account=a***@example.com "
                  "reason=wrong_password request_id=test\n") != std::string::npos);
  CHECK(text.find("an@example.com") == std::string::npos);
  CHECK(text.find("1.2.3.4") == std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("more sign-ins than can wait are told to come again") {
  crm::AccountSettings slow = cheap_settings();
  slow.cost.memory_kib = 4096;
  slow.cost.passes = 8;
  Office office(slow);
  office.add(k_an);
  std::vector<std::future<bool>> told;  // whether it was busy
  for (int i = 0; i < 200; ++i) {
    const auto promise = std::make_shared<std::promise<bool>>();
    told.push_back(promise->get_future());
    crm::SignInAttempt attempt{.email = std::string(k_an), .password = "wrong"};
    attempt.context = office.context();
    office.accounts.sign_in().by_password(attempt, [promise](const Result<crm::SignedIn>& result) {
      promise->set_value(result.error().code == Code::busy);
    });
  }
  const auto busy = std::count_if(told.begin(), told.end(), [](auto& one) { return one.get(); });
  CHECK(busy > 0);
  CHECK(busy <= 184);
}

}  // namespace
}  // namespace kontor::test
