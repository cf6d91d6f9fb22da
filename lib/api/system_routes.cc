#include "api/system_routes.h"

#include "api/health.h"
#include "api/metrics.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "http/static_asset.h"

namespace kontor::api {
namespace {

using http::Response;

constexpr std::string_view k_tag = "System";

Result<Response> show_page(const Site& site, const Call& call) {
  const auto found = site.pages.find(call.path);
  if (found == site.pages.end())
    return Error{.code = Code::not_found, .message = "There is no such page."};
  const Page& page = found->second;
  return http::serve_asset({.content_type = page.content_type,
                            .identity = page.body,
                            .gzip = page.gzip,
                            .etag = page.etag,
                            .cache_control = page.cache_control},
                           call.accept_encoding);
}

// With a UI browsers do not get here (web.h): who does wants to know what this is.
Result<Response> show_front(const Site& site, const Call& call) {
  if (site.web.is_empty()) return show_page(site, call);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("name").string("Kontor").key("version").string(site.settings.version);
  out.key("api").string("/api/v1").key("openapi").string("/openapi.json");
  out.key("reference").string("/docs").end_object();
  return json_reply(200, std::move(text));
}

Route check(std::string path, std::string summary, std::string schema, DirectHandler handler) {
  return {.method = "GET",
          .pattern = std::move(path),
          .permission = Permission::open(),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = 200,
          .reply = Payload::json(std::move(schema)),
          .handler = handler,
          .tag = std::string(k_tag)};
}

Route metrics() {
  return {.method = "GET",
          .pattern = "/metrics",
          .permission = Permission::local(crm::Flag::settings),
          .summary = "Figures of the process for Prometheus",
          .request = Payload::none(),
          .status = 200,
          .reply = Payload::media("text/plain; version=0.0.4; charset=utf-8"),
          .handler = DirectHandler(show_metrics),
          .tag = std::string(k_tag)};
}

Route page(std::string path, std::string summary, Payload reply) {
  return {.method = "GET",
          .pattern = std::move(path),
          .permission = Permission::open(),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = 200,
          .reply = std::move(reply),
          .handler = DirectHandler(show_page),
          .tag = std::string(k_tag),
          .conditional = true,
          .any_query = true};
}

}  // namespace

std::vector<Route> system_routes() {
  const Payload html = Payload::media("text/html; charset=utf-8");
  std::vector<Route> routes;
  routes.push_back(check("/health", "The state of the server", "Health", show_health));
  routes.push_back(check("/livez", "Whether the process answers", "Alive", show_alive));
  routes.push_back(check("/readyz", "Whether it can take work: writes, schema, disk, not stopping",
                         "Ready", show_ready));
  routes.back().refusals = {503};
  routes.push_back(metrics());
  routes.push_back(
      page("/openapi.json", "This reference as OpenAPI 3.1", Payload::json("OpenApi")));
  routes.push_back(page("/docs", "This reference", html));
  routes.push_back(page("/docs/problems/{code}", "What a problem code means", html));
  routes.push_back(page("/docs/assets/{name}", "Style of these pages",
                        Payload::media("text/css; charset=utf-8")));
  routes.push_back(page("/", "The web UI; for programs, where to go on",
                        Payload::json("Front").or_media("text/html; charset=utf-8")));
  routes.back().handler = DirectHandler(show_front);
  routes.back().refusals = {303};
  routes.push_back(page("/robots.txt", "For crawlers: not the API",
                        Payload::media("text/plain; charset=utf-8")));
  routes.push_back(page("/favicon.ico", "The icon", Payload::media("image/svg+xml")));
  for (Route& route : routes) route.cost = 0;
  return routes;
}

}  // namespace kontor::api
