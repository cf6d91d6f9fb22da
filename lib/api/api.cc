// From a request to its answer: route, steps, handler, problem.
#include <exception>

#include "api/conclusion.h"
#include "api/late_write.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "api/refusal_events.h"
#include "api/request_steps.h"
#include "api/service.h"
#include "api/site.h"
#include "api/web.h"
#include "api/write_once.h"

namespace kontor::api {
namespace {

std::string allow_header(const std::vector<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

http::Response no_route(const http::Request& request, const std::vector<std::string>& allowed) {
  if (allowed.empty())
    return refusal(404, "not_found", "There is nothing at this path: /docs lists what there is.",
                   request.id);
  if (request.method == "OPTIONS")
    return std::move(http::Response{.status = 204}.with("Allow", allow_header(allowed)));
  // h1spec takes nothing else for a form that is posted to the front page.
  if (request.method == "POST" && request.path == "/")
    return refusal(404, "not_found", "Nothing takes a POST here: the API is below /api/v1.",
                   request.id);
  http::Response response = refusal(405, "method_not_allowed", "", request.id);
  return std::move(response.with("Allow", allow_header(allowed)));
}

http::Response answer_nothing(const Site& site, const http::Request& request,
                              const std::vector<std::string>& allowed) {
  Origin origin(site, request);
  if (site.cors.lists(request.header("Origin")) && CorsOrigins::is_preflight(request))
    origin.add(CorsOrigins::preflight_headers(allow_header(allowed)));
  return conclude(site, origin, no_route(request, allowed), 0);
}

Result<http::Response> run(const Site& site, const Call& call) {
  if (const auto* read = std::get_if<ReadHandler>(&call.route->handler)) {
    return site.services.store.read(
        [&](store::ReadTx& tx) -> Result<http::Response> { return (*read)(site, tx, call); });
  }
  if (call.route->is_write()) {
    return site.services.store.write(
        [&](store::WriteTx& tx) -> Result<http::Response> { return write_once(site, tx, call); });
  }
  return std::get<DirectHandler>(call.route->handler)(site, call);
}

http::Response answer_route(const Site& site, const http::Request& request,
                            RouteTable::Found found) {
  Call call{.route = found.route, .params = std::move(found.params)};
  const Result<void> prepared = prepare(site, request, call);
  if (prepared.ok()) {
    if (const auto* late = std::get_if<LateHandler>(&found.route->handler))
      return {.late = (*late)(site, std::move(call), request)};
    if (may_be_late(call, request)) return {.late = late_write(site, std::move(call), request)};
  }
  Origin origin(site, request);
  origin.add(call.reply_headers);
  if (!prepared.ok()) {
    note_refusal(site, call, prepared.error());
    return conclude(site, origin, prepared.error(), 0);
  }
  const std::int64_t begun_us = steady_us();
  Result<http::Response> result = run(site, call);
  if (!result.ok()) note_refusal(site, call, result.error());
  const bool is_direct = std::holds_alternative<DirectHandler>(call.route->handler);
  return conclude(site, origin, std::move(result), is_direct ? 0 : steady_us() - begun_us);
}

class SiteApi final : public Api {
 public:
  SiteApi(Services services, Settings settings) : site_(std::move(services), std::move(settings)) {}

  http::Handler handler() override {
    return [this](const http::Request& request) { return answer(request); };
  }

  void observe(const http::Exchange& exchange) override {
    site_.figures.observe(exchange);
    site_.recent.observe(site_.services.clock.monotonic_ms(), exchange.status >= 500,
                         exchange.duration_us);
  }
  void begin_drain() override {
    site_.draining = true;
    site_.imports->stop();
  }

 private:
  // The worker's catch-all: whatever is thrown below is a bug or a broken machine.
  http::Response answer(const http::Request& request) {
    try {
      return respond(request);
    } catch (const std::exception& thrown) {
      if (site_.services.on_failure)
        site_.services.on_failure(request.id, request.target, thrown.what());
    } catch (...) {
      if (site_.services.on_failure)
        site_.services.on_failure(request.id, request.target, "unknown");
    }
    return refusal(500, "internal", "", request.id);
  }

  http::Response respond(const http::Request& request) {
    RouteTable::Found found = site_.routes.find(request.method, request.path);
    if (found.allowed.empty() && (found.route == nullptr || request.path == "/")) {
      if (auto page = web_answer(site_, request)) {
        page->route = number_of(*site_.routes.find("GET", "/").route);
        return *std::move(page);
      }
    }
    if (found.route == nullptr) return answer_nothing(site_, request, found.allowed);
    const int number = number_of(*found.route);
    http::Response response = answer_route(site_, request, std::move(found));
    response.route = number;
    return response;
  }

  int number_of(const Route& route) const {
    return static_cast<int>(&route - site_.routes.routes().data());
  }

  Site site_;
};

}  // namespace

Site::Site(Services services_in, Settings settings_in)
    : services(std::move(services_in)),
      settings(std::move(settings_in)),
      routes(all_routes()),
      cors(settings.cors_origins),
      rates(settings.rate_limit),
      figures(routes.routes()),
      web(settings.web),
      pages(make_pages(routes, settings.version)),
      started_ms(services.clock.monotonic_ms()),
      uploads(std::make_unique<crm::ImportUploads>(services.clock, settings.scratch)),
      imports(std::make_unique<crm::ImportRunner>(services.store, services.records, services.clock,
                                                  settings.scratch)),
      readiness(std::make_unique<Readiness>(services.store, services.clock)) {}

std::unique_ptr<Api> Api::open(Services services, Settings settings) {
  return std::make_unique<SiteApi>(std::move(services), std::move(settings));
}

std::string openapi_document(std::string_view version) {
  return write_openapi(RouteTable(all_routes()), version);
}

}  // namespace kontor::api
