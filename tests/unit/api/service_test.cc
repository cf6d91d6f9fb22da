#include "api/service.h"

#include <catch_amalgamated.hpp>
#include <future>

#include "crm/accounts/user_principal.h"
#include "crm/accounts/users.h"
#include "store/embedded_schema.h"
#include "support/database.h"

namespace kontor::api {
namespace {

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
                          .master_key = SecretKey(std::string(SecretKey::k_bytes, 'k'))}};
  std::vector<std::string> failures;
  std::unique_ptr<Api> api = Api::open(
      {.store = database.store(),
       .records = records,
       .events = hub,
       .accounts = accounts,
       .ids = ids,
       .random = random,
       .clock = clock,
       .on_failure = [this](std::string_view id, std::string_view,
                            std::string_view) { failures.emplace_back(id); }},
      {.version = "1.2.3", .schema_version = static_cast<int>(store::embedded_schema().size())});
  http::Handler handler = api->handler();
  const std::string bearer = "Bearer " + make_token();

  // An API token of an owner.
  std::string make_token() {
    const auto made = database.store().write([&](store::WriteTx& tx) -> Result<std::string> {
      const crm::Context context{.now_ms = clock.now_ms()};
      const crm::User user = TRY(crm::create_user(
          tx, context, {.id = ids.next(), .email = "ann@example.com", .roles = {"owner"}}));
      const auto owner = crm::user_principal(tx, user.row_id, user.epoch);
      const auto created = TRY(
          crm::create_api_token(tx, context, *owner, {.name = "tests"}, {}, ids.next(), random));
      return created.text;
    });
    REQUIRE(made.ok());
    return *made;
  }

  http::Response call(std::string_view method, std::string path, std::string_view body = {}) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.target = path;
    request.body = body;
    request.id = "req-1";
    request.peer_ip = request.remote_ip = "127.0.0.1";
    request.headers.emplace_back("Authorization", bearer);
    if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
    http::Response response = handler(request);
    return response.late == nullptr ? response : conclude(*response.late);
  }

  // As a worker does with an answer that waits for the disk.
  static http::Response conclude(http::LateAnswer& late) {
    std::promise<void> ready;
    late.start([&] { ready.set_value(); });
    ready.get_future().wait();
    return late.take();
  }
};

TEST_CASE("a server that is going to stop is no longer ready, and still answers") {
  World world;
  CHECK(world.call("GET", "/readyz").status == 200);
  world.api->begin_drain();
  const http::Response response = world.call("GET", "/readyz");
  CHECK(response.status == 503);
  CHECK(response.body.find("not_ready") != std::string::npos);
  CHECK(world.call("GET", "/livez").status == 200);
  CHECK(world.call("POST", "/api/v1/customers", R"({"name":"x"})").status == 201);
}

TEST_CASE("a store that takes no writes makes the server not ready, and every write a 503") {
  World world;
  world.database.store().close();
  CHECK(world.call("GET", "/readyz").status == 503);
  CHECK(world.call("POST", "/api/v1/customers", R"({"name":"x"})").status == 503);
}

TEST_CASE("a database of another schema than the program's is not ready") {
  World world;
  const auto other = Api::open({.store = world.database.store(),
                                .records = world.records,
                                .events = world.hub,
                                .accounts = world.accounts,
                                .ids = world.ids,
                                .random = world.random,
                                .clock = world.clock},
                               {.version = "1", .schema_version = 2});
  http::Request request;
  request.method = "GET";
  request.path = "/readyz";
  const http::Response response = other->handler()(request);
  CHECK(response.status == 503);
  CHECK(response.body.find(R"("schema":{"status":"fail")") != std::string::npos);
}

TEST_CASE("the documents for programs and for the command line are the same") {
  World world;
  const http::Response response = world.call("GET", "/openapi.json");
  CHECK(std::string(response.static_body) == openapi_document("1.2.3"));
}

TEST_CASE("input never ends as an error of the server") {
  World world;
  for (const char* body : {"{", "[]", "{}", R"({"name":5})", R"({"name":"x","name":"y"})"})
    CHECK(world.call("POST", "/api/v1/customers", body).status / 100 == 4);
  CHECK(world.failures.empty());
}

}  // namespace
}  // namespace kontor::api
