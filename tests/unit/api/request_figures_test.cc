// What is counted of requests.
#include "api/request_figures.h"

#include <algorithm>
#include <catch_amalgamated.hpp>

namespace kontor::api {
namespace {

std::string text_of(const RequestFigures& figures) {
  std::string text;
  MetricsText out(text);
  figures.write(out);
  return text;
}

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

TEST_CASE("requests count under the template of their route and their status", "[figures]") {
  const auto routes = all_routes();
  RequestFigures figures(routes);
  const auto customer = std::find_if(routes.begin(), routes.end(), [](const Route& route) {
    return route.method == "GET" && route.pattern == "/api/v1/customers/{id}";
  });
  REQUIRE(customer != routes.end());
  const int number = static_cast<int>(customer - routes.begin());
  figures.observe({.status = 200, .route = number, .duration_us = 300});
  figures.observe({.status = 200, .route = number, .duration_us = 3'000});
  figures.observe({.status = 404, .route = number});
  figures.observe({.status = 299, .route = number});
  figures.observe({.status = 405});
  const std::string text = text_of(figures);
  const std::string labels = R"({method="GET",route="/api/v1/customers/{id}")";
  CHECK(has(text, "http_requests_total" + labels + R"(,code="200"} 2)"));
  CHECK(has(text, "http_requests_total" + labels + R"(,code="404"} 1)"));
  CHECK(has(text, "http_requests_total" + labels + R"(,code="other"} 1)"));
  CHECK(has(text, R"(http_requests_total{method="other",route="other",code="405"} 1)"));
  CHECK(has(text, "http_request_duration_seconds_count" + labels + "} 4"));
  CHECK(has(text, "http_request_duration_seconds_bucket" + labels + R"(,le="0.0005"} 3)"));
}

TEST_CASE("what the front refuses counts by reason and not as an answer", "[figures]") {
  const auto routes = all_routes();
  RequestFigures figures(routes);
  figures.observe({.refusal = "unknown_host", .status = 421});
  figures.observe({.refusal = "a_new_one", .status = 400});
  const std::string text = text_of(figures);
  CHECK(has(text, R"(kontor_http_rejected_total{reason="unknown_host"} 1)"));
  CHECK(has(text, R"(kontor_http_rejected_total{reason="other"} 1)"));
  CHECK(has(text, R"(kontor_http_rejected_total{reason="busy"} 0)"));
  CHECK(text.find("http_requests_total{") == std::string::npos);
}

TEST_CASE("the tables are in the order that the search needs", "[figures]") {
  CHECK(std::is_sorted(RequestFigures::k_statuses.begin(), RequestFigures::k_statuses.end()));
  CHECK(std::is_sorted(RequestFigures::k_reasons.begin(), RequestFigures::k_reasons.end()));
}

}  // namespace
}  // namespace kontor::api
