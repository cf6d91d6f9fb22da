#include "http/router.h"

#include <catch_amalgamated.hpp>

#include "http/dispatch.h"

namespace kontor::http {
namespace {

Handler says(std::string text) {
  return [text](const Request& request) {
    Response response;
    response.body = text + ":" + std::string(request.param("id"));
    return response;
  };
}

Router make_router() {
  Router router;
  router.add("GET", "/", says("root"));
  router.add("GET", "/customers", says("list"));
  router.add("POST", "/customers", says("create"));
  router.add("GET", "/customers/export", says("export"));
  router.add("GET", "/customers/{id}", says("one"));
  router.add("PATCH", "/customers/{id}", says("change"));
  router.add("GET", "/customers/{id}/history", says("history"));
  router.add("POST", "/customers/export/{id}", says("export_to"));
  router.add("OPTIONS", "/own", says("own options"));
  return router;
}

Response ask(std::string_view method, std::string path) {
  const auto router = make_router();
  Request request;
  request.method = method;
  request.path = std::move(path);
  return dispatch(router, request,
                  [](int status, std::string_view code, std::string_view, std::string_view) {
                    Response response;
                    response.status = status;
                    response.body = code;
                    return response;
                  });
}

TEST_CASE("a path leads to the handler of its method, with the parameters") {
  CHECK(ask("GET", "/").body == "root:");
  CHECK(ask("GET", "/customers").body == "list:");
  CHECK(ask("POST", "/customers").body == "create:");
  CHECK(ask("GET", "/customers/42").body == "one:42");
  CHECK(ask("GET", "/customers/a b").body == "one:a b");
  CHECK(ask("GET", "/customers/42/history").body == "history:42");
}

TEST_CASE(
    "a fixed segment wins over a parameter, and the parameter takes over where it leads nowhere") {
  CHECK(ask("GET", "/customers/export").body == "export:");
  CHECK(ask("GET", "/customers/export/history").body == "method_not_allowed");
  CHECK(ask("POST", "/customers/export/7").body == "export_to:7");
}

TEST_CASE("HEAD finds the handler of GET") { CHECK(ask("HEAD", "/customers/42").body == "one:42"); }

TEST_CASE("a path that is not there is 404") {
  for (const char* path :
       {"/nothing", "/customers/", "/customers/1/2", "//", "/customers//history", ""}) {
    INFO(path);
    CHECK(ask("GET", path).status == 404);
  }
}

TEST_CASE("a method that the path does not have is 405 with those it has") {
  const auto response = ask("DELETE", "/customers");
  CHECK(response.status == 405);
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0] ==
        std::pair<std::string, std::string>("Allow", "GET, HEAD, POST, OPTIONS"));
}

TEST_CASE("OPTIONS is answered with Allow unless the path has its own handler") {
  CHECK(ask("OPTIONS", "/customers").status == 204);
  CHECK(ask("OPTIONS", "/customers").headers[0].second == "GET, HEAD, POST, OPTIONS");
  CHECK(ask("OPTIONS", "/own").body == "own options:");
  CHECK(ask("OPTIONS", "*").status == 204);
  CHECK(ask("OPTIONS", "/nothing").status == 404);
}

TEST_CASE("a match names its template for logs and metrics") {
  CHECK(make_router().match("GET", "/customers/42").pattern == "/customers/{id}");
}

}  // namespace
}  // namespace kontor::http
