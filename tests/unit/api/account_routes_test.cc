#include "base/json.h"
#include "base/limits.h"
#include "unit/api/api_fixture.h"

namespace kontor::api {
namespace {

constexpr std::int64_t k_minute_ms = 60'000;

struct World : ApiFixture {
  bool is_in() { return call("GET", "/api/v1/me").status == 200; }

  void wait_for_writes() {
    CHECK(database.store().write([](store::WriteTx&) { return Result<bool>(true); }).ok());
  }
};

struct SignedIn : World {
  SignedIn() {
    add_owner();
    sign_in();
  }
};

TEST_CASE("a session that is not used for an hour has ended") {
  SignedIn world;
  for (int i = 0; i < 3; ++i) {
    world.clock.advance_ms(59 * k_minute_ms);
    CHECK(world.is_in());
  }
  world.clock.advance_ms(60 * k_minute_ms);
  CHECK_FALSE(world.is_in());
  world.wait_for_writes();  // its last use is on the disk
  world.clock.advance_ms(-k_minute_ms);
  CHECK_FALSE(world.is_in());
}

TEST_CASE("a session ends after twelve hours, however busy it is") {
  SignedIn world;
  for (int i = 0; i < 23; ++i) {
    world.clock.advance_ms(30 * k_minute_ms);
    REQUIRE(world.is_in());
  }
  world.clock.advance_ms(30 * k_minute_ms);
  CHECK_FALSE(world.is_in());
}

TEST_CASE("who is at this machine and shows nothing is nobody, before and after the first user") {
  World world;
  const std::string owner = R"({"email":"eve@example.com","roles":["owner"]})";
  for (const bool has_user : {false, true}) {
    if (has_user) world.add_owner();
    const http::Response read = world.call("GET", "/api/v1/customers");
    CHECK(read.status == 401);
    CHECK((read.body.find("set-up link") != std::string::npos) == !has_user);
    CHECK(world.call("POST", "/api/v1/customers", R"({"name":"x"})").status == 401);
    CHECK(world.call("POST", "/api/v1/users", owner).status == 401);
    CHECK(world.call("GET", "/livez").status == 200);
    CHECK(world.call("GET", "/docs").status == 200);
  }
}

TEST_CASE("dangerous actions want the password or a code of the last ten minutes") {
  SignedIn world;
  const std::string user = R"({"email":"bob@example.com","roles":["viewer"]})";
  world.clock.advance_ms(limits::confirmation_ms);
  const http::Response refused = world.call("POST", "/api/v1/users", user);
  CHECK(refused.status == 403);
  CHECK(refused.body.find("confirmation_required") != std::string::npos);
  CHECK(world.call("GET", "/api/v1/users").status == 200);
  CHECK(world.call("POST", "/api/v1/session/confirm", R"({"password":"no"})").status == 403);
  CHECK(world.call("POST", "/api/v1/users", user).status == 403);
  CHECK(world.call("POST", "/api/v1/session/confirm", R"({"password":"nine blue herons at dawn"})")
            .status == 204);
  CHECK(world.call("POST", "/api/v1/users", user).status == 201);
}

TEST_CASE("taking off a colleague's second factor wants the password of the last ten minutes") {
  SignedIn world;
  const std::string user = R"({"email":"bob@example.com","roles":["viewer"]})";
  const http::Response made = world.call("POST", "/api/v1/users", user);
  REQUIRE(made.status == 201);
  const auto body = parse_json(made.body);
  REQUIRE(body.ok());
  const std::string factor = "/api/v1/users/" + *body->find("id")->string() + "/totp";
  const auto has_factor = [&] {
    return world.database.store()
        .read([](store::ReadTx& tx) -> Result<bool> {
          return tx.prepare("SELECT 1 FROM users WHERE totp_since IS NOT NULL").step();
        })
        .value();
  };
  REQUIRE(world.database.store()
              .write([](store::WriteTx& tx) -> Result<bool> {
                tx.prepare("UPDATE users SET totp_seed = x'00', totp_since = 1 WHERE email = ?")
                    .with("bob@example.com")
                    .run();
                return true;
              })
              .ok());
  world.clock.advance_ms(limits::confirmation_ms);
  const http::Response refused = world.call("DELETE", factor);
  CHECK(refused.status == 403);
  CHECK(refused.body.find("confirmation_required") != std::string::npos);
  CHECK(has_factor());
  CHECK(world.call("POST", "/api/v1/session/confirm", R"({"password":"nine blue herons at dawn"})")
            .status == 204);
  CHECK(world.call("DELETE", factor).status == 204);
  CHECK_FALSE(has_factor());
}

TEST_CASE("guesses of who sits at an open browser are counted as those at the door are") {
  SignedIn world;
  const std::string right = R"({"password":"nine blue herons at dawn"})";
  for (int i = 0; i < 5; ++i)
    CHECK(world.call("POST", "/api/v1/session/confirm", R"({"password":"no"})").status == 403);
  CHECK(world.call("POST", "/api/v1/session/confirm", right).status == 403);
  world.clock.advance_ms(15 * k_minute_ms);
  CHECK(world.call("POST", "/api/v1/session/confirm", right).status == 204);
}

}  // namespace
}  // namespace kontor::api
