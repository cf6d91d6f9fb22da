#include <catch_amalgamated.hpp>
#include <future>

#include "api/service.h"
#include "base/limits.h"
#include "base/password_hash.h"
#include "crm/accounts/users.h"
#include "support/database.h"

namespace kontor::api {
namespace {

constexpr std::int64_t k_minute_ms = 60'000;
constexpr std::string_view k_owner =
    R"({"email":"ann@example.com","password":"nine blue herons at dawn"})";

struct World {
  test::FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  test::Database database{clock};
  crm::Organisation organisation;
  EventHub hub{database.store()};
  crm::Records records{organisation, ids, [this] { hub.wake(); }};
  crm::Accounts accounts{{.store = database.store(),
                          .ids = ids,
                          .clock = clock,
                          .random = random,
                          .settings = {.cost = {.memory_kib = 1024, .passes = 1}},
                          .master_key = SecretKey(std::string(32, 'k'))}};
  std::unique_ptr<Api> api = Api::open({.store = database.store(),
                                        .records = records,
                                        .events = hub,
                                        .accounts = accounts,
                                        .ids = ids,
                                        .random = random,
                                        .clock = clock},
                                       {.version = "1.2.3"});
  http::Handler handler = api->handler();
  std::string cookie;
  bool has_owner = false;

  void add_owner() {
    const auto hash = hash_password("nine blue herons at dawn", accounts.settings().cost);
    REQUIRE(database.store()
                .write([&](store::WriteTx& tx) {
                  return crm::create_user(tx, {.now_ms = clock.now_ms()},
                                          {.id = ids.next(),
                                           .email = "ann@example.com",
                                           .roles = {"owner"},
                                           .password_hash = *hash});
                })
                .ok());
  }

  http::Response call(std::string_view method, std::string path, std::string_view body = {}) {
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.body = body;
    request.peer_ip = request.remote_ip = "127.0.0.1";
    request.headers = {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}};
    if (!cookie.empty()) request.headers.emplace_back("Cookie", cookie);
    http::Response response = handler(request);
    return response.late == nullptr ? response : conclude(*response.late);
  }

  static http::Response conclude(http::LateAnswer& late) {
    std::promise<void> ready;
    late.start([&] { ready.set_value(); });
    ready.get_future().wait();
    return late.take();
  }

  // As the owner, who is made if she is not there yet.
  void sign_in() {
    if (!has_owner) add_owner();
    has_owner = true;
    const http::Response response = call("POST", "/api/v1/session", k_owner);
    REQUIRE(response.status == 201);
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie" && value.starts_with("kontor_session="))
        cookie = value.substr(0, value.find(';'));
  }

  bool is_in() { return call("GET", "/api/v1/me").status == 200; }
};

TEST_CASE("a session that is not used for an hour has ended") {
  World world;
  world.sign_in();
  for (int i = 0; i < 3; ++i) {
    world.clock.advance_ms(59 * k_minute_ms);
    CHECK(world.is_in());
  }
  world.clock.advance_ms(60 * k_minute_ms);
  CHECK_FALSE(world.is_in());
  world.clock.advance_ms(-k_minute_ms);
  CHECK_FALSE(world.is_in());
}

TEST_CASE("a session ends after twelve hours, however busy it is") {
  World world;
  world.sign_in();
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
  World world;
  world.sign_in();
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

TEST_CASE("guesses of who sits at an open browser are counted as those at the door are") {
  World world;
  world.sign_in();
  const std::string right = R"({"password":"nine blue herons at dawn"})";
  for (int i = 0; i < 5; ++i)
    CHECK(world.call("POST", "/api/v1/session/confirm", R"({"password":"no"})").status == 403);
  CHECK(world.call("POST", "/api/v1/session/confirm", right).status == 403);
  world.clock.advance_ms(15 * k_minute_ms);
  CHECK(world.call("POST", "/api/v1/session/confirm", right).status == 204);
}

}  // namespace
}  // namespace kontor::api
