#include "api/openapi.h"

#include <catch_amalgamated.hpp>
#include <functional>
#include <set>

#include "api/pages.h"
#include "api/reference.h"
#include "base/json.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

const RouteTable& table() {
  static const RouteTable routes(all_routes());
  return routes;
}

const Json& openapi() {
  static const Json json = *parse_json(write_openapi(table(), "1.2.3"));
  return json;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(c));
  return out;
}

void each_member(const Json& json,
                 const std::function<void(const std::string&, const Json&)>& visit) {
  if (const JsonObject* object = json.object()) {
    for (const JsonMember& member : *object) {
      visit(member.first, member.second);
      each_member(member.second, visit);
    }
  }
  if (const JsonArray* array = json.array())
    for (const Json& item : *array) each_member(item, visit);
}

const Json* resolve(const std::string& reference) {
  const Json* at = &openapi();
  for (std::size_t begin = 2; begin < reference.size() && at != nullptr;) {
    const auto end = std::min(reference.find('/', begin), reference.size());
    at = at->find(reference.substr(begin, end - begin));
    begin = end + 1;
  }
  return at;
}

TEST_CASE("every route is an operation of the OpenAPI document, with its success and refusals") {
  for (const Route& route : table().routes()) {
    INFO(route.method << " " << route.pattern);
    const Json* path = openapi().find("paths")->find(route.pattern);
    REQUIRE(path != nullptr);
    const Json* operation = path->find(lower(route.method));
    REQUIRE(operation != nullptr);
    const Json* responses = operation->find("responses");
    CHECK(responses->find(std::to_string(route.status)) != nullptr);
    for (const int status : refusals_of(route))
      CHECK(responses->find(std::to_string(status)) != nullptr);
    CHECK(operation->find("parameters")->array()->size() >= route.query.size());
  }
}

TEST_CASE("every reference within the document leads somewhere") {
  int seen = 0;
  each_member(openapi(), [&](const std::string& name, const Json& value) {
    if (name != "$ref" || value.string() == nullptr) return;
    INFO(*value.string());
    CHECK(resolve(*value.string()) != nullptr);
    ++seen;
  });
  CHECK(seen > 100);
}

TEST_CASE("operations have unique ids") {
  std::set<std::string> ids;
  each_member(openapi(), [&](const std::string& name, const Json& value) {
    if (name == "operationId") CHECK(ids.insert(*value.string()).second);
  });
  CHECK(ids.size() == table().routes().size());
}

TEST_CASE("no parameter of an operation is described twice") {
  for (const Route& route : table().routes()) {
    std::set<std::string> names;
    for (const Parameter& parameter : route.query) {
      INFO(route.pattern << " " << parameter.name);
      CHECK(names.insert(parameter.name).second);
      CHECK(parse_json(parameter.schema).ok());
    }
  }
}

TEST_CASE("a whole record must have every member that its fields make") {
  const Json* customer = resolve("#/components/schemas/Customer");
  REQUIRE(customer != nullptr);
  const JsonArray& required = *customer->find("required")->array();
  for (const char* name : {"id", "version", "name", "address", "tags", "custom", "owner_id"})
    CHECK(std::find(required.begin(), required.end(), Json(Json::State(std::string(name)))) !=
          required.end());
  CHECK(resolve("#/components/schemas/CustomerView/properties/address/properties/city") != nullptr);
  CHECK(resolve("#/components/schemas/OrderView/properties/customer") != nullptr);
}

TEST_CASE("every collection has the routes of the contract") {
  for (const model::Entity* entity : model::entities()) {
    const std::string root = "/api/v1/" + std::string(entity->collection);
    for (const auto& [method, path] :
         std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                          {"POST", ""},
                                                          {"GET", "/x"},
                                                          {"PATCH", "/x"},
                                                          {"DELETE", "/x"},
                                                          {"POST", "/x/restore"},
                                                          {"GET", "/x/history"}}) {
      INFO(method << " " << root << path);
      CHECK(table().find(method, root + path).route != nullptr);
    }
    for (const model::Move& move : entity->moves)
      CHECK(table().find("POST", root + "/x/" + std::string(move.action)).route != nullptr);
  }
}

TEST_CASE("routes that read or write records ask for a right on their collection") {
  for (const Route& route : table().routes()) {
    INFO(route.method << " " << route.pattern);
    if (route.entity != nullptr) {
      CHECK(route.permission.kind() == Permission::Kind::collection);
      CHECK(route.permission.entity() == route.entity);
      const crm::Act act = route.permission.act();
      CHECK(route.is_write() == (act != crm::Act::read && act != crm::Act::export_rows));
    }
    const bool is_door = route.pattern == "/api/v1/session" || route.pattern == "/api/v1/setup";
    if (route.pattern.starts_with("/api/"))
      CHECK((route.permission.kind() != Permission::Kind::open || is_door));
  }
}

TEST_CASE("a path without the method says which it has; an unknown path has none") {
  CHECK(table().find("PUT", "/api/v1/customers").route == nullptr);
  CHECK_FALSE(table().find("PUT", "/api/v1/customers").allowed.empty());
  CHECK(table().find("GET", "/api/v1/nothing").allowed.empty());
  CHECK(table().find("HEAD", "/health").route == table().find("GET", "/health").route);
}

TEST_CASE(
    "the reference for people names every route and has nothing inline that the policy forbids") {
  const std::string html = reference_html(table(), "1.2.3", "/docs/assets/s.css");
  for (const Route& route : table().routes()) CHECK(html.find(route.pattern) != std::string::npos);
  for (const char* forbidden : {"<script", "<style", " style=", " onclick", "javascript:"})
    CHECK(html.find(forbidden) == std::string::npos);
  CHECK(html.find("href=\"/docs/assets/s.css\"") != std::string::npos);
}

TEST_CASE("every page that a problem document can point to exists") {
  const auto pages = make_pages(table(), "1");
  CHECK(pages.contains("/docs/problems/validation_failed"));
  CHECK(pages.contains("/robots.txt"));
  for (const auto& [path, page] : pages) {
    INFO(path);
    CHECK_FALSE(page.body.empty());
    CHECK(page.etag.starts_with('"'));
    CHECK(table().find("GET", path).route != nullptr);
  }
}

}  // namespace
}  // namespace kontor::api
