#include "crm/accounts/authenticator.h"

#include "base/api_token_text.h"
#include "base/limits.h"
#include "crm/accounts/account_changes.h"
#include "unit/crm/accounts_office.h"

namespace kontor::test {
namespace {

constexpr std::int64_t k_hour_ms = 3'600'000;

bool refused(Office& office, std::string_view token) {
  const auto found = office.who(token);
  return !found.ok() && found.error().code == Code::unauthenticated;
}

TEST_CASE("a session's token says who is acting") {
  Office office;
  const crm::User user = office.add("an@example.com", {"owner"});
  const auto session = office.begin(user);
  const auto principal = office.who(session.token).value();
  CHECK(principal->user == user.id);
  CHECK(principal->kind == crm::Principal::Kind::session);
  CHECK(principal->credential_id == session.row_id);
  CHECK(principal->rights == crm::Rights::everything());
  CHECK(principal->peers == std::vector<std::int64_t>{user.row_id});
  CHECK(office.who(session.token).value() == principal);  // the very same: from memory
}

TEST_CASE("what is no token, or no session's, opens nothing and is always refused alike") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  CHECK(refused(office, ""));
  CHECK(refused(office, "x"));
  CHECK(refused(office, std::string(43, 'A')));
  CHECK_FALSE(office.accounts.authenticator().api_token(session.token, "").ok());
  CHECK(office.who("x").error().message == office.who(std::string(43, 'A')).error().message);
}

TEST_CASE("only the digest of a token is kept") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  const auto kept = office.database.store()
                        .read([&](store::ReadTx& tx) -> Result<bool> {
                          auto row = tx.prepare("SELECT instr(token_hash, ?) FROM sessions");
                          row.with(std::string_view(session.token));
                          row.step();
                          return row.integer(0) > 0;
                        })
                        .value();
  CHECK_FALSE(kept);
}

TEST_CASE("a session ends when it is not used for long enough") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  for (int i = 0; i < 3; ++i) {
    office.clock.advance_ms(k_hour_ms - 1);
    CHECK(office.who(session.token).ok());
  }
  office.clock.advance_ms(k_hour_ms);
  CHECK(refused(office, session.token));
}

TEST_CASE("a session ends after twelve hours, however busy it is") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  for (int i = 0; i < 23; ++i) {
    office.clock.advance_ms(k_hour_ms / 2);
    CHECK(office.who(session.token).ok());
  }
  office.clock.advance_ms(k_hour_ms / 2);
  CHECK(refused(office, session.token));
}

TEST_CASE("the oldest session ends when there are too many") {
  Office office;
  const crm::User user = office.add("an@example.com");
  std::vector<crm::StartedSession> sessions;
  for (int i = 0; i < 4; ++i) {
    sessions.push_back(office.begin(user));
    CHECK(office.who(sessions.back().token).ok());
    office.clock.advance_ms(1000);
  }
  CHECK(sessions[3].ended == 1);
  CHECK(refused(office, sessions[0].token));
  for (int i = 1; i < 4; ++i) CHECK(office.who(sessions[static_cast<std::size_t>(i)].token).ok());
}

TEST_CASE("a session that is ended is refused at once, although it was in memory") {
  Office office;
  const crm::User user = office.add("an@example.com");
  const auto session = office.begin(user);
  const auto other = office.begin(user);
  REQUIRE(office.who(session.token).ok());
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<bool> {
                return crm::end_session(tx, user.row_id, session.id);
              })
              .value());
  CHECK(refused(office, session.token));
  CHECK(office.who(other.token).ok());
}

TEST_CASE("nobody ends another's session") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  const crm::User other = office.add("binh@example.com");
  CHECK_FALSE(office
                  .write([&](store::WriteTx& tx) -> Result<bool> {
                    return crm::end_session(tx, other.row_id, session.id);
                  })
                  .value());
  CHECK(office.who(session.token).ok());
}

TEST_CASE("disabling a user and changing her roles end her sessions at once") {
  Office office;
  crm::User user = office.add("an@example.com");
  const auto first = office.begin(user);
  REQUIRE(office.who(first.token).ok());
  user = office.try_change(user, {.roles = std::vector<std::string>{"support"}}).value();
  CHECK(refused(office, first.token));
  const auto second = office.begin(user);
  REQUIRE(office.who(second.token).ok());
  user = office.try_change(user, {.active = false}).value();
  CHECK(refused(office, second.token));
  // Not even one that is begun by a path that forgot to look.
  CHECK(refused(office, office.begin(user).token));
}

TEST_CASE("a session of an earlier epoch counts no more, even if its row is left behind") {
  Office office;
  const crm::User user = office.add("an@example.com");
  const auto session = office.begin(user);
  REQUIRE(office.who(session.token).ok());
  REQUIRE(
      office
          .write([&](store::WriteTx& tx) -> Result<bool> {
            tx.prepare("UPDATE users SET epoch = epoch + 1 WHERE id = ?").with(user.row_id).run();
            crm::accounts_changed(tx);
            return true;
          })
          .ok());
  CHECK(refused(office, session.token));
}

TEST_CASE("a change of a team counts with the next request") {
  Office office;
  const crm::User an = office.add("an@example.com");
  const crm::User binh = office.add("binh@example.com");
  const auto session = office.begin(an);
  CHECK(office.who(session.token).value()->peers == std::vector<std::int64_t>{an.row_id});
  const Uuid team = office.ids.next();
  REQUIRE(office
              .write([&](store::WriteTx& tx) -> Result<bool> {
                tx.prepare(
                      "INSERT INTO teams (uid, version, created_at, updated_at, name) VALUES (?, "
                      "1, 0, 0, "
                      "'North')")
                    .with(store::Blob{team.blob()})
                    .run();
                return true;
              })
              .ok());
  REQUIRE(office.try_change(an, {.teams = std::vector{team}}).ok());
  REQUIRE(office.try_change(binh, {.teams = std::vector{team}}).ok());
  CHECK(office.who(session.token).value()->peers ==
        std::vector<std::int64_t>{an.row_id, binh.row_id});
}

TEST_CASE("when a session was seen is written at most once a minute") {
  Office office;
  const auto session = office.begin(office.add("an@example.com"));
  const auto seen = [&] {
    office.write([](store::WriteTx&) -> Result<bool> { return true; }).value();  // those before it
    return office.database.store()
        .read([](store::ReadTx& tx) -> Result<std::int64_t> {
          auto row = tx.prepare("SELECT seen_at FROM sessions");
          row.step();
          return row.integer(0);
        })
        .value();
  };
  const std::int64_t begun = office.clock.now_ms();
  office.clock.advance_ms(limits::seen_write_ms - 1);
  CHECK(office.who(session.token).ok());
  CHECK(seen() == begun);
  office.clock.advance_ms(1);
  CHECK(office.who(session.token).ok());
  CHECK(seen() == begun + limits::seen_write_ms);
}

TEST_CASE("an API token is looked up by its digest and held to its addresses") {
  SystemRandom random;
  const std::string token = make_api_token(ApiTokenKind::personal, random);
  const std::string other = make_api_token(ApiTokenKind::personal, random);
  Office* self = nullptr;
  const auto find = [&](store::ReadTx&, const Sha256& digest,
                        std::int64_t now_ms) -> std::optional<crm::Credential> {
    if (digest != sha256(token)) return std::nullopt;
    crm::Credential found{.principal = {.kind = crm::Principal::Kind::token, .user_id = 7}};
    found.seen_at_ms = self->clock.now_ms();
    found.ends_at_ms = now_ms + 1000;
    found.allows = [](std::string_view address) { return address == "192.0.2.1"; };
    return found;
  };
  Office office(cheap_settings(), {}, find);
  self = &office;
  auto& authenticator = office.accounts.authenticator();
  CHECK(authenticator.api_token(token, "192.0.2.1").value()->user_id == 7);
  CHECK_FALSE(authenticator.api_token(token, "192.0.2.2").ok());
  CHECK_FALSE(authenticator.session(token, "192.0.2.1").ok());
  CHECK_FALSE(authenticator.api_token(other, "192.0.2.1").ok());
  office.clock.advance_ms(1000);
  CHECK_FALSE(authenticator.api_token(token, "192.0.2.1").ok());
}

}  // namespace
}  // namespace kontor::test
