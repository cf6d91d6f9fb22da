#include "api/audit_routes.h"

#include "api/replies.h"
#include "crm/audit/audit_list.h"

namespace kontor::api {
namespace {

Result<std::optional<std::int64_t>> moment_parameter(const Call& call, std::string_view name) {
  const auto text = call.parameter(name);
  if (!text) return std::optional<std::int64_t>();
  const auto at = crm::parse_moment(*text);
  if (at) return at;
  return bad_parameter(name, "invalid_instant",
                       std::string(name) + " must be an instant of RFC 3339, or a day.");
}

Result<std::optional<Uuid>> id_parameter(const Call& call) {
  const auto text = call.parameter("id");
  if (!text) return std::optional<Uuid>();
  const auto id = Uuid::parse(*text);
  if (id) return id;
  return bad_parameter("id", "invalid_id", "id must be the id of a record.");
}

std::string text_parameter(const Call& call, std::string_view name) {
  return std::string(call.parameter(name).value_or(""));
}

Result<http::Response> list_audit(const Site&, store::ReadTx& tx, const Call& call) {
  crm::AuditQuery query{.user = text_parameter(call, "user"),
                        .collection = text_parameter(call, "collection"),
                        .action = text_parameter(call, "action")};
  query.limit = TRY(page_limit(call));
  query.before_seq = TRY(whole_parameter(call, "cursor", INT64_MAX));
  query.since_ms = TRY(moment_parameter(call, "since"));
  query.until_ms = TRY(moment_parameter(call, "until"));
  query.record = TRY(id_parameter(call));
  auto page = crm::list_audit(tx, query);
  if (!page.ok() && page.error().kind == "no_such_user")
    return bad_parameter("user", "not_found", "There is no such user.");
  return json_reply(200, TRY(std::move(page)));
}

}  // namespace

std::vector<Route> audit_routes() {
  std::vector<Route> routes;
  std::vector<Parameter> query = page_parameters();
  query.push_back({.name = "since", .description = "From this instant or day (UTC) on."});
  query.push_back({.name = "until", .description = "Before this instant or day (UTC)."});
  query.push_back(
      {.name = "user",
       .description = "What this user did: an e-mail address, an id, or the word program."});
  query.push_back({.name = "collection",
                   .description = "Of this collection; events have their own: session, users, "
                                  "roles, tokens, exports, backups, erasures."});
  query.push_back({.name = "action", .description = "What was done: update, sign_in, …"});
  query.push_back({.name = "id", .description = "Of this record."});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/audit",
                    .permission = Permission::flag(crm::Flag::audit),
                    .summary = "Who did what, when and from where, the newest first",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Audit"),
                    .handler = list_audit,
                    .tag = "Audit",
                    .query = std::move(query)});
  return routes;
}

}  // namespace kontor::api
