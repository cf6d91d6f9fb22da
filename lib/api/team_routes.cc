#include "api/team_routes.h"

#include <utility>

#include "api/etag.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "crm/accounts/reassign.h"
#include "crm/accounts/teams.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

constexpr std::string_view k_pattern = "/api/v1/teams";

Error no_such_team() {
  return {.code = Code::not_found, .message = "There is no team with this id."};
}

Response team_reply(int status, const crm::Team& team) {
  Response response = json_reply(status, crm::to_json(team));
  return std::move(response.with("ETag", version_tag(team.version)));
}

Result<Response> list_teams(const Site&, ReadTx& tx, const Call&) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::Team& team : crm::list_teams(tx)) out.raw(crm::to_json(team));
  out.end_array().end_object();
  return json_reply(200, std::move(text));
}

Result<Response> show_team(const Site&, ReadTx& tx, const Call& call) {
  const auto id = call.id();
  const auto team = id ? crm::find_team(tx, *id) : std::nullopt;
  if (!team) return no_such_team();
  return team_reply(200, *team);
}

Result<Response> create_team(const Site& site, WriteTx& tx, const Call& call) {
  const Uuid id = site.services.records.new_id();
  const crm::Team team = TRY(crm::create_team(tx, call.context, id, call.body));
  Response response = team_reply(201, team);
  return std::move(response.with("Location", std::string(k_pattern) + "/" + team.id.text()));
}

Result<Response> change_team(const Site&, WriteTx& tx, const Call& call) {
  const auto id = call.id();
  if (!id) return no_such_team();
  return team_reply(200, TRY(crm::change_team(tx, call.context, *id, call.body, call.if_version)));
}

Result<Response> remove_team(const Site&, WriteTx& tx, const Call& call) {
  const auto id = call.id();
  if (!id) return no_such_team();
  TRY(crm::remove_team(tx, call.context, *id, call.if_version));
  return Response{.status = 204};
}

Error no_such_user() {
  return {.code = Code::not_found, .message = "There is no user with this id."};
}

Result<Response> reassign(const Site& site, const Call& call) {
  const auto from = call.id();
  if (!from) return no_such_user();
  Error error{.code = Code::invalid, .message = "", .kind = "validation_failed"};
  std::optional<Uuid> to;
  for (const auto& [name, value] : *call.body.object()) {
    if (name != "to") {
      error.fields.push_back(
          {"/" + pointer_step(name), "unknown_field", "There is no such field."});
    } else if (value.string() != nullptr) {
      to = Uuid::parse(*value.string());
    }
  }
  if (!to) error.fields.push_back({"/to", "required", "Must be the id of a user."});
  if (!error.fields.empty()) {
    error.message = error.fields.front().detail;
    return error;
  }
  return json_reply(200, crm::to_json(TRY(crm::reassign(site.services.store, site.services.records,
                                                        call.context, *from, *to))));
}

Route route(std::string_view method, std::string_view path, Permission permission,
            std::string summary, int status, Payload reply, RouteHandler handler) {
  return {.method = method,
          .pattern = std::string(k_pattern) + std::string(path),
          .permission = permission,
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = "Teams",
          .needs_confirmation = method != "GET"};
}

}  // namespace

std::vector<Route> team_routes() {
  const Permission users = Permission::flag(crm::Flag::users);
  std::vector<Route> routes;
  routes.push_back(route("GET", "", Permission::signed_in(), "All teams, by name", 200,
                         Payload::json("Teams"), ReadHandler(list_teams)));
  routes.push_back(route("POST", "", users, "Makes a team", 201, Payload::json("Team"),
                         WriteHandler(create_team)));
  routes.back().request = Payload::json("TeamInput");
  routes.back().body_required = routes.back().versioned = true;
  routes.push_back(route("GET", "/{id}", Permission::signed_in(), "A team with its members", 200,
                         Payload::json("Team"), ReadHandler(show_team)));
  routes.back().versioned = routes.back().conditional = true;
  routes.push_back(route("PATCH", "/{id}", users, "Renames a team, or says who belongs to it", 200,
                         Payload::json("Team"), WriteHandler(change_team)));
  routes.back().request = Payload::json("TeamPatch");
  routes.back().body_required = routes.back().versioned = routes.back().conditional = true;
  routes.push_back(route("DELETE", "/{id}", users, "Dissolves a team; its members stay users", 204,
                         Payload::none(), WriteHandler(remove_team)));
  routes.back().conditional = true;
  routes.push_back(route("POST", "", users, "Gives all records that a user holds to another one",
                         200, Payload::json("Reassigned"), DirectHandler(reassign)));
  routes.back().pattern = "/api/v1/users/{id}/reassign";
  routes.back().request = Payload::json("Reassignment");
  routes.back().body_required = true;
  routes.back().refusals = {409, 422, 503, 507};
  return routes;
}

}  // namespace kontor::api
