// What handlers have in common: the services, the routes, and the pages made at start. Immutable
// after start but for what is thread-safe by itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "api/cross_site.h"
#include "api/pages.h"
#include "api/rate_limit.h"
#include "api/readiness.h"
#include "api/recent_requests.h"
#include "api/request_figures.h"
#include "api/route.h"
#include "api/service.h"
#include "crm/imports/import_runner.h"
#include "crm/imports/import_uploads.h"
#include "http/asset_pack.h"

namespace kontor::api {

struct Site {
  Site(Services services_in, Settings settings_in);

  Services services;
  Settings settings;
  RouteTable routes;
  CorsOrigins cors;
  mutable RateLimits rates;
  RequestFigures figures;
  RecentRequests recent;
  http::AssetPack web;                             // the UI; empty: the program has none
  std::map<std::string, Page, std::less<>> pages;  // by path
  std::int64_t started_ms;                         // monotonic
  std::atomic<bool> draining = false;
  mutable std::atomic<int> exports = 0;         // running now
  mutable std::atomic<bool> has_users = false;  // known to have some; there always are then
  std::unique_ptr<crm::ImportUploads> uploads;
  std::unique_ptr<crm::ImportRunner> imports;
  std::unique_ptr<Readiness> readiness;  // last: its thread uses the services
};

}  // namespace kontor::api
