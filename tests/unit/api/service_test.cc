#include "api/service.h"

#include "crm/accounts/user_principal.h"
#include "store/embedded_schema.h"
#include "unit/api/api_fixture.h"

namespace kontor::api {
namespace {

struct Failures {
  std::vector<std::string> failures;
};

struct World : Failures, ApiFixture {
  const std::string bearer = "Bearer " + make_token();

  World()
      : ApiFixture([this](Services& services, Settings& settings) {
          services.on_failure = [this](std::string_view id, std::string_view, std::string_view) {
            failures.emplace_back(id);
          };
          settings.schema_version = static_cast<int>(store::embedded_schema().size());
        }) {}

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
    return ask(method, std::move(path),
               {{"Authorization", bearer}, {"Content-Type", "application/json"}}, body);
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
  const auto other = Api::open(world.plain_services(), {.version = "1", .schema_version = 2});
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
