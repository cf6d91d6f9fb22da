#include "crm/accounts/api_tokens.h"

#include <algorithm>

#include "base/api_token_text.h"
#include "base/limits.h"
#include "model/registry.h"
#include "unit/crm/accounts.h"

using namespace kontor;
using crm::ApiToken;
using crm::Credential;
using crm::MadeApiToken;
using crm::NewApiToken;
using crm::Rights;

namespace {

constexpr std::int64_t k_day_ms = 86'400'000;

class Tokens : public test::Accounts {
 public:
  Result<MadeApiToken> try_create(const NewApiToken& wanted,
                                  const Rights& owner = Rights::everything(),
                                  const crm::TokenRules& rules = {}) {
    return write([&](store::WriteTx& tx) {
      return crm::create_api_token(tx, context(), {.user_id = an, .rights = owner}, wanted, rules,
                                   new_id(), random);
    });
  }
  MadeApiToken create(NewApiToken wanted = {.name = "stock count"}) {
    return try_create(wanted).value();
  }
  std::optional<Credential> find(const std::string& text) {
    return read([&](store::ReadTx& tx) -> Result<std::optional<Credential>> {
             return crm::find_api_token(tx, sha256(text), clock.now_ms());
           })
        .value();
  }
  Result<ApiToken> revoke(const Uuid& id, std::optional<std::int64_t> user = {}) {
    return write(
        [&](store::WriteTx& tx) { return crm::revoke_api_token(tx, context(), user, id); });
  }
  std::vector<ApiToken> list(std::optional<std::int64_t> user = {}, int limit = 50,
                             const std::optional<Uuid>& before = {}) {
    return read([&](store::ReadTx& tx) -> Result<std::vector<ApiToken>> {
             return crm::list_api_tokens(tx, user, limit, before);
           })
        .value();
  }
  std::string state() { return std::string(list().front().state(clock.now_ms())); }

  std::int64_t an = add_user("an@example.com");
};

std::vector<std::string> pointers(const Error& error) {
  std::vector<std::string> all;
  for (const FieldError& fault : error.fields) all.push_back(fault.pointer);
  return all;
}

}  // namespace

TEST_CASE("a token is shown once, and only its digest is kept") {
  Tokens firm;
  const MadeApiToken made = firm.create();
  CHECK(parse_api_token(made.text).has_value());
  CHECK(made.token.hint == made.text.substr(made.text.size() - 4));
  const auto found = firm.find(made.text);
  CHECK(found->principal.user_id == firm.an);
  CHECK(found->principal.kind == crm::Principal::Kind::token);
  CHECK(found->principal.credential_id == 1);
  CHECK(firm.number("SELECT token_hash = x'" + sha256_hex(made.text) + "' FROM api_tokens") == 1);
  const std::string secret = made.text.substr(0, made.text.size() - 4);
  CHECK(firm.number("SELECT count(*) FROM api_tokens WHERE instr(name || hint || scopes, '" +
                    secret + "') > 0") == 0);
}

TEST_CASE("a token lives 90 days unless it says otherwise, and a year at most") {
  Tokens firm;
  const std::int64_t now = firm.clock.now_ms();
  CHECK(firm.create().token.expires_at_ms == now + 90 * k_day_ms);
  CHECK(firm.create({.name = "x", .expires_at_ms = now + 1}).token.expires_at_ms == now + 1);
  CHECK(firm.create({.name = "x", .expires_at_ms = now + 366 * k_day_ms}).token.expires_at_ms >
        now);
  for (const std::int64_t expiry : {now, now - 1, std::int64_t{0}, now + 366 * k_day_ms + 1}) {
    const Error error = firm.try_create({.name = "x", .expires_at_ms = expiry}).error();
    CHECK(error.code == Code::invalid);
    CHECK(pointers(error) == std::vector<std::string>{"/expires_at"});
  }
  CHECK(firm.try_create({.name = "x", .expires_at_ms = now + 400 * k_day_ms}, Rights::everything(),
                        {.days = 90, .days_max = 500})
            .ok());
}

TEST_CASE("an expired token counts no more") {
  Tokens firm;
  const std::int64_t end = firm.clock.now_ms() + 1000;
  const std::string text = firm.create({.name = "x", .expires_at_ms = end}).text;
  CHECK(firm.find(text)->ends_at_ms == end);
  firm.clock.advance_ms(999);
  CHECK(firm.find(text));
  CHECK(firm.state() == "active");
  firm.clock.advance_ms(1);
  CHECK_FALSE(firm.find(text));
  CHECK(firm.state() == "expired");
}

TEST_CASE("a token with a list of addresses counts from there alone") {
  Tokens firm;
  const auto token =
      *firm.find(firm.create({.name = "x", .addresses = {"10.0.0.0/8", "2001:db8::7"}}).text);
  for (const char* address : {"10.1.2.3", "::ffff:10.1.2.3", "2001:db8::7"})
    CHECK(token.allows(address));
  for (const char* address : {"192.0.2.1", "2001:db8::8", "127.0.0.1", "unix", ""})
    CHECK_FALSE(token.allows(address));
}

TEST_CASE("a token without a list of addresses counts from anywhere") {
  Tokens firm;
  CHECK_FALSE(firm.find(firm.create().text)->allows);
}

TEST_CASE("a token may do what its scopes and its owner's rights have in common") {
  Tokens firm;
  const std::string text = firm.create({.name = "x", .scopes = {"customers:read"}}).text;
  const auto reach = [&](crm::Act act) {
    return firm.find(text)->principal.rights.reach(*model::find_entity("customers"), act);
  };
  CHECK(reach(crm::Act::read) == crm::Reach::all);
  CHECK(reach(crm::Act::update) == crm::Reach::none);
  CHECK_FALSE(firm.find(text)->principal.rights.has(crm::Flag::users));
  firm.run("DELETE FROM user_roles");  // the epoch stays: rights alone have shrunk
  CHECK(reach(crm::Act::read) == crm::Reach::none);
}

TEST_CASE("a revoked token is gone at once, and revoking twice is fine") {
  Tokens firm;
  const MadeApiToken made = firm.create();
  CHECK(firm.revoke(made.token.id)->revoked_at_ms == firm.clock.now_ms());
  CHECK_FALSE(firm.find(made.text));
  CHECK(firm.state() == "revoked");
  const std::int64_t when = firm.clock.now_ms();
  firm.clock.advance_ms(5);
  CHECK(firm.revoke(made.token.id)->revoked_at_ms == when);
}

TEST_CASE("nobody revokes or lists the tokens of another") {
  Tokens firm;
  const std::int64_t binh = firm.add_user("binh@example.com");
  const MadeApiToken made = firm.create();
  CHECK(firm.revoke(made.token.id, binh).error().code == Code::not_found);
  CHECK(firm.revoke(firm.new_id()).error().code == Code::not_found);
  CHECK(firm.list(binh).empty());
  CHECK(firm.list(firm.an).size() == 1);
  CHECK(firm.find(made.text));
}

TEST_CASE("a token ends with the epoch of its owner, and with her account") {
  Tokens firm;
  const MadeApiToken made = firm.create();
  firm.run("UPDATE users SET epoch = epoch + 1");
  CHECK_FALSE(firm.find(made.text));
  CHECK(firm.state() == "ended");
  const MadeApiToken next = firm.create();
  CHECK(firm.find(next.text));
  firm.run("UPDATE users SET status = 'disabled'");
  CHECK_FALSE(firm.find(next.text));
  CHECK(firm.state() == "ended");
  CHECK(firm.try_create({.name = "x"}).error().code == Code::not_found);
}

TEST_CASE("everything that is wrong with a token is told at once") {
  Tokens firm;
  const Error error = firm.try_create({.name = " ",
                                       .scopes = {"*:read", "fly"},
                                       .addresses = {"::1", "nowhere"},
                                       .expires_at_ms = 1})
                          .error();
  CHECK(error.code == Code::invalid);
  CHECK(pointers(error) ==
        std::vector<std::string>{"/name", "/addresses/1", "/expires_at", "/scopes/1"});
  for (const std::string& name : {std::string(), std::string(limits::token_name_bytes + 1, 'n'),
                                  std::string("a\nb"), std::string("\xFF")})
    CHECK(pointers(firm.try_create({.name = name}).error()) == std::vector<std::string>{"/name"});
  CHECK(firm.try_create({.name = "x", .addresses = std::vector<std::string>(1'000, "::1")})
            .error()
            .fields.size() == 1);
}

TEST_CASE("scopes beyond the owner's rights are refused") {
  Tokens firm;
  Rights owner;
  owner.set(*model::find_entity("customers"), crm::Act::read, crm::Reach::team);
  CHECK(firm.try_create({.name = "x", .scopes = {"customers:read"}}, owner).ok());
  CHECK(firm.try_create({.name = "x", .scopes = {"orders:read"}}, owner).error().fields[0].code ==
        "exceeds_owner");
}

TEST_CASE("a user has so many living tokens and no more") {
  Tokens firm;
  const Uuid first = firm.create().token.id;
  for (std::size_t i = 1; i < limits::tokens_per_user; ++i) firm.create();
  CHECK(firm.try_create({.name = "x"}).error().kind == "too_many_tokens");
  firm.revoke(first).value();
  CHECK(firm.try_create({.name = "x"}).ok());
}

TEST_CASE("tokens that are long dead are swept away by the next one") {
  Tokens firm;
  const std::int64_t now = firm.clock.now_ms();
  firm.create({.name = "short", .expires_at_ms = now + 1});
  const Uuid revoked =
      firm.create({.name = "long", .expires_at_ms = now + 366 * k_day_ms}).token.id;
  firm.revoke(revoked).value();
  firm.clock.advance_ms(89 * k_day_ms);
  firm.create();
  CHECK(firm.list().size() == 3);
  firm.clock.advance_ms(2 * k_day_ms);
  firm.create();
  CHECK(firm.list().size() == 2);
}

TEST_CASE("tokens are listed page by page, the newest first") {
  Tokens firm;
  std::vector<Uuid> made;
  for (int i = 0; i < 5; ++i) made.push_back(firm.create().token.id);
  std::reverse(made.begin(), made.end());
  const auto first = firm.list(firm.an, 3);
  REQUIRE(first.size() == 3);
  CHECK(first[0].id == made[0]);
  const auto rest = firm.list(firm.an, 3, first.back().id);
  REQUIRE(rest.size() == 2);
  CHECK(rest[1].id == made[4]);
}

TEST_CASE("a row that a hand has changed gives no rights") {
  Tokens firm;
  const std::string text = firm.create({.name = "x", .scopes = {"customers:read"}}).text;
  for (const char* scopes : {"[1]", "[\"\"]", "[\"fly:read\"]"}) {
    firm.run(std::string("UPDATE api_tokens SET scopes = '") + scopes + "'");
    CHECK(firm.find(text)->principal.rights == Rights());
  }
  firm.run("UPDATE api_tokens SET addresses = '[0]'");
  CHECK_FALSE(firm.find(text)->allows("192.0.2.1"));
}

TEST_CASE("a token is described without its secret") {
  Tokens firm;
  const MadeApiToken made = firm.create({.name = "x", .scopes = {"*:read"}, .addresses = {"::1"}});
  std::string json;
  JsonWriter out(json);
  crm::write_api_token(out, made.token, firm.clock.now_ms());
  CHECK(json.find(R"("email":"an@example.com","name":"x","hint":")" + made.token.hint) !=
        std::string::npos);
  CHECK(json.find(R"("state":"active","scopes":["*:read"],"addresses":["::1"])") !=
        std::string::npos);
  CHECK(json.find(R"("last_used_at":null,"revoked_at":null})") != std::string::npos);
  CHECK(json.find(made.text.substr(0, 20)) == std::string::npos);
}

TEST_CASE("making and revoking a token stand in the audit trail, without its secret") {
  Tokens firm;
  const MadeApiToken made = firm.create();
  firm.revoke(made.token.id).value();
  firm.revoke(made.token.id).value();
  CHECK(firm.number("SELECT count(*) FROM changes WHERE collection = 'tokens'") == 2);
  CHECK(firm.number("SELECT count(*) FROM changes WHERE instr(diff, '" + made.text + "') > 0") ==
        0);
}
