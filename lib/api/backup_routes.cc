#include "api/backup_routes.h"

#include "api/body_fields.h"
#include "api/replies.h"
#include "api/site.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_pattern = "/api/v1/backups";

Result<Backups*> backups_of(const Site& site) {
  if (site.services.backups != nullptr) return site.services.backups;
  return Error{.code = Code::not_found, .message = "This server keeps no backups."};
}

Result<http::Response> list_backups(const Site& site, const Call&) {
  const Backups* backups = TRY(backups_of(site));
  http::Response response = json_reply(200, TRY(backups->list()));
  return std::move(response.with("Cache-Control", "no-store"));
}

Result<http::Response> create_backup(const Site& site, const Call& call) {
  Backups* backups = TRY(backups_of(site));
  BodyFields fields(call);
  std::string reason = fields.text("reason").value_or("manual");
  TRY(fields.verdict());
  return json_reply(202, TRY(backups->create(call.context, std::move(reason))));
}

Result<http::Response> verify_backup(const Site& site, const Call& call) {
  Backups* backups = TRY(backups_of(site));
  BodyFields fields(call);
  const bool drill = fields.boolean("drill").value_or(false);
  TRY(fields.verdict());
  return json_reply(202, TRY(backups->verify(call.params.front().second, drill)));
}

Route row(std::string_view method, std::string pattern, std::string summary, int status,
          std::string schema, DirectHandler handler) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = Permission::flag(crm::Flag::backup),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = Payload::json(std::move(schema)),
          .handler = handler,
          .tag = "Backups",
          .refusals = {404}};
}

// Begins in the background; GET tells how it goes.
Route job(std::string pattern, std::string summary, std::string input, DirectHandler handler) {
  Route route = row("POST", std::move(pattern), std::move(summary), 202, "BackupJob", handler);
  route.request = Payload::json(std::move(input));
  route.refusals = {404, 409, 422, 503};
  route.needs_confirmation = true;
  return route;
}

}  // namespace

std::vector<Route> backup_routes() {
  const std::string list(k_pattern);
  std::vector<Route> routes;
  routes.push_back(row("GET", list, "Backups, when a restore was last proven, and the last job",
                       200, "Backups", list_backups));
  routes.push_back(job(list, "Make a backup now", "BackupInput", create_backup));
  routes.push_back(job(list + "/{name}/verify", "Prove a backup now, or restore it for a try",
                       "BackupVerifyInput", verify_backup));
  return routes;
}

}  // namespace kontor::api
