#include "api/backup_routes.h"

#include "api/replies.h"
#include "api/site.h"

namespace kontor::api {
namespace {

Result<http::Response> list_backups(const Site& site, const Call&) {
  if (!site.services.list_backups)
    return Error{.code = Code::not_found, .message = "This server keeps no backups."};
  http::Response response = json_reply(200, TRY(site.services.list_backups()));
  return std::move(response.with("Cache-Control", "no-store"));
}

}  // namespace

std::vector<Route> backup_routes() {
  std::vector<Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/backups",
                    .permission = Permission::flag(crm::Flag::backup),
                    .summary = "Backups, and when a restore was last proven",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Backups"),
                    .handler = DirectHandler(list_backups),
                    .tag = "Backups",
                    .refusals = {404}});
  return routes;
}

}  // namespace kontor::api
