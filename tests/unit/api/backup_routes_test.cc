#include <catch_amalgamated.hpp>
#include <future>

#include "api/service.h"
#include "base/limits.h"
#include "base/password_hash.h"
#include "crm/accounts/users.h"
#include "support/database.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_owner =
    R"({"email":"ann@example.com","password":"nine blue herons at dawn"})";
constexpr std::string_view k_job =
    R"({"id":"01890000-0000-7000-8000-000000000000","kind":"create","state":"running"})";

class Asked final : public Backups {
 public:
  Result<std::string> list() const override { return std::string("{}"); }
  Result<std::string> create(const crm::Context& who, std::string reason) override {
    asked.push_back("create " + reason + (who.actor_id ? " by a user" : " by nobody"));
    return std::string(k_job);
  }
  Result<std::string> verify(const std::string& file, bool drill) override {
    asked.push_back((drill ? "drill " : "verify ") + file);
    return std::string(k_job);
  }

  std::vector<std::string> asked;
};

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
  Asked backups;
  std::unique_ptr<Api> api = Api::open({.store = database.store(),
                                        .records = records,
                                        .events = hub,
                                        .accounts = accounts,
                                        .ids = ids,
                                        .random = random,
                                        .clock = clock,
                                        .backups = &backups},
                                       {.version = "1.2.3"});
  http::Handler handler = api->handler();
  std::string cookie;

  World() {
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
    for (const auto& [name, value] : call("/api/v1/session", k_owner).headers)
      if (name == "Set-Cookie" && value.starts_with("kontor_session="))
        cookie = value.substr(0, value.find(';'));
  }

  http::Response call(std::string path, std::string_view body) {
    http::Request request;
    request.method = "POST";
    request.path = request.target = path;
    request.body = body;
    request.peer_ip = request.remote_ip = "127.0.0.1";
    request.headers = {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}};
    if (!cookie.empty()) request.headers.emplace_back("Cookie", cookie);
    http::Response response = handler(request);
    if (response.late == nullptr) return response;
    std::promise<void> ready;
    response.late->start([&] { ready.set_value(); });
    ready.get_future().wait();
    return response.late->take();
  }
};

TEST_CASE("a backup is made and proven as it was asked for") {
  World world;
  const http::Response made = world.call("/api/v1/backups", R"({"reason":"before the fair"})");
  CHECK(made.status == 202);
  CHECK(made.body == k_job);
  CHECK(world.call("/api/v1/backups", "").status == 202);
  CHECK(world.call("/api/v1/backups/a.tar.gz/verify", "{}").status == 202);
  CHECK(world.call("/api/v1/backups/a.tar.gz/verify", R"({"drill":true})").status == 202);
  CHECK(world.backups.asked == std::vector<std::string>{"create before the fair by a user",
                                                        "create manual by a user",
                                                        "verify a.tar.gz", "drill a.tar.gz"});
}

TEST_CASE("a browser that was left open makes no backup and tries none") {
  World world;
  world.clock.advance_ms(limits::confirmation_ms);
  for (const char* path : {"/api/v1/backups", "/api/v1/backups/a.tar.gz/verify"}) {
    const http::Response refused = world.call(path, "{}");
    CHECK(refused.status == 403);
    CHECK(refused.body.find("confirmation_required") != std::string::npos);
  }
  CHECK(world.backups.asked.empty());
}

}  // namespace
}  // namespace kontor::api
