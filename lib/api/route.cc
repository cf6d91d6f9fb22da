#include "api/route.h"

#include <algorithm>
#include <set>

#include "api/audit_routes.h"
#include "api/backup_routes.h"
#include "api/demo_routes.h"
#include "api/entity_routes.h"
#include "api/import_routes.h"
#include "api/import_upload_routes.h"
#include "api/me_routes.h"
#include "api/organisation_routes.h"
#include "api/overview_routes.h"
#include "api/people_routes.h"
#include "api/role_routes.h"
#include "api/second_factor_routes.h"
#include "api/session_routes.h"
#include "api/system_routes.h"
#include "api/system_status.h"
#include "api/team_routes.h"
#include "api/token_routes.h"
#include "api/user_routes.h"
#include "api/web.h"
#include "base/check.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

// The router wants a handler of its own; ours are found by pattern, because a batch runs them
// inside its transaction rather than as requests.
http::Response unused(const http::Request&) { return {.status = 500}; }

void append(std::vector<Route>& all, std::vector<Route> more) {
  for (Route& route : more) all.push_back(std::move(route));
}

}  // namespace

std::vector<int> refusals_of(const Route& route) {
  std::set<int> statuses(route.refusals.begin(), route.refusals.end());
  const bool is_direct = std::holds_alternative<DirectHandler>(route.handler);
  statuses.insert({400, 500});
  if (!is_direct) statuses.insert(503);
  if (route.permission.kind() != Permission::Kind::open) statuses.insert({401, 403});
  if (route.method != "GET") statuses.insert(403);  // on behalf of a page of another site
  if (route.cost > 0) statuses.insert(429);
  if (route.pattern.find('{') != std::string::npos) statuses.insert(404);
  if (!route.request.is_none()) statuses.insert({413, 415});
  if (route.is_write()) {
    statuses.insert({409, 507});
    if (route.method == "POST" || route.method == "PATCH") statuses.insert(422);
    if (route.conditional) statuses.insert(412);
    if (route.conditional && route.method != "POST") statuses.insert(428);
  } else if (route.conditional) {
    statuses.insert(304);
  }
  return {statuses.begin(), statuses.end()};
}

RouteTable::RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    router_.add(route.method, route.pattern, unused);
    by_pattern_[{std::string(route.method), route.pattern}] = &route;
  }
}

RouteTable::Found RouteTable::find(std::string_view method, std::string_view path) const {
  http::Router::Match match = router_.match(method, path);
  if (match.handler == nullptr) return {.allowed = std::move(match.allowed)};
  const std::string_view own = method == "HEAD" ? "GET" : method;
  const auto route = by_pattern_.find({std::string(own), std::string(match.pattern)});
  CHECK(route != by_pattern_.end());
  return {.route = route->second, .params = std::move(match.params)};
}

std::vector<Route> all_routes() {
  std::vector<Route> routes = system_routes();
  append(routes, web_routes());
  for (const model::Entity* entity : model::entities()) append(routes, entity_routes(*entity));
  append(routes, session_routes());
  append(routes, me_routes());
  append(routes, organisation_routes());
  append(routes, demo_routes());
  append(routes, second_factor_routes());
  append(routes, token_routes());
  append(routes, user_routes());
  append(routes, people_routes());
  append(routes, import_routes());
  append(routes, import_upload_routes());
  append(routes, backup_routes());
  append(routes, system_status_routes());
  append(routes, role_routes());
  append(routes, team_routes());
  append(routes, audit_routes());
  append(routes, overview_routes());
  return routes;
}

}  // namespace kontor::api
