#include "api/role_routes.h"

#include <utility>

#include "api/etag.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "crm/access/explain.h"
#include "crm/accounts/roles.h"
#include "crm/accounts/user_principal.h"
#include "crm/accounts/users.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

constexpr std::string_view k_pattern = "/api/v1/roles";

std::string name_of(const Call& call) {
  for (const auto& [key, value] : call.params)
    if (key == "name") return value;
  return "";
}

Error no_such_user() {
  return {.code = Code::not_found, .message = "There is no user with this id."};
}

Response role_reply(int status, const crm::ManagedRole& role) {
  Response response = json_reply(status, crm::to_json(role));
  return std::move(response.with("ETag", version_tag(role.version)));
}

Result<Response> list_roles(const Site&, ReadTx& tx, const Call&) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::ManagedRole& role : crm::list_roles(tx)) out.raw(crm::to_json(role));
  out.end_array().end_object();
  return json_reply(200, std::move(text));
}

Result<Response> show_role(const Site&, ReadTx& tx, const Call& call) {
  const auto role = crm::find_role(tx, name_of(call));
  if (!role) return Error{.code = Code::not_found, .message = "There is no role of this name."};
  return role_reply(200, *role);
}

Result<Response> create_role(const Site& site, WriteTx& tx, const Call& call) {
  const Uuid id = site.services.records.new_id();
  const crm::ManagedRole role = TRY(crm::create_role(tx, call.context, id, call.body));
  Response response = role_reply(201, role);
  return std::move(response.with("Location", std::string(k_pattern) + "/" + role.role.name));
}

Result<Response> change_role(const Site&, WriteTx& tx, const Call& call) {
  return role_reply(
      200, TRY(crm::change_role(tx, call.context, name_of(call), call.body, call.if_version)));
}

Result<Response> remove_role(const Site&, WriteTx& tx, const Call& call) {
  TRY(crm::remove_role(tx, call.context, name_of(call), call.if_version));
  return Response{.status = 204};
}

Result<const model::Entity*> collection_parameter(const Call& call) {
  const model::Entity* entity = model::find_entity(call.parameter("collection").value_or(""));
  if (entity != nullptr) return entity;
  return bad_parameter("collection", "unknown_collection",
                       "collection must be customers, contacts, products, orders or payments.");
}

Result<std::optional<Uuid>> id_parameter(const Call& call, std::string_view name) {
  const auto text = call.parameter(name);
  if (!text) return std::optional<Uuid>();
  const auto id = Uuid::parse(*text);
  if (!id) return bad_parameter(name, "invalid_id", std::string(name) + " must be an id.");
  return std::optional(*id);
}

// Another user's rights are the business of those who look after the users.
Result<Response> explain_other(ReadTx& tx, const Call& call, const Uuid& user,
                               const model::Entity& entity, const std::optional<Uuid>& id) {
  TRY(check(Permission::flag(crm::Flag::users), *call.context.principal, false));
  const auto found = crm::find_user(tx, user);
  if (!found) return no_such_user();
  auto subject = crm::user_principal(tx, found->row_id, found->epoch);
  if (!subject) {  // disabled: her roles grant her nothing
    subject.emplace();
    subject->kind = crm::Principal::Kind::session;
    subject->user_id = found->row_id;
    subject->user = found->id;
  }
  return json_reply(200, crm::explain_access(tx, *subject, entity, id, crm::Telling::everything));
}

Result<Response> explain(const Site&, ReadTx& tx, const Call& call) {
  const model::Entity* entity = TRY(collection_parameter(call));
  const std::optional<Uuid> id = TRY(id_parameter(call, "id"));
  const std::optional<Uuid> user = TRY(id_parameter(call, "user"));
  const crm::Principal& caller = *call.context.principal;
  if (user && *user != caller.user) return explain_other(tx, call, *user, *entity, id);
  return json_reply(200, crm::explain_access(tx, caller, *entity, id, crm::Telling::what_she_sees));
}

Route route(std::string_view method, std::string pattern, Permission permission,
            std::string summary, int status, Payload reply, RouteHandler handler) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = permission,
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = "Roles",
          .needs_confirmation = method != "GET"};
}

void add_changes(std::vector<Route>& routes) {
  const Permission users = Permission::flag(crm::Flag::users);
  const std::string all(k_pattern), one = all + "/{name}";
  routes.push_back(route("POST", all, users, "Makes a role", 201, Payload::json("Role"),
                         WriteHandler(create_role)));
  routes.back().request = Payload::json("RoleInput");
  routes.back().body_required = routes.back().versioned = true;
  routes.push_back(route("PATCH", one, users, "Changes a role of one's own making", 200,
                         Payload::json("Role"), WriteHandler(change_role)));
  routes.back().request = Payload::json("RolePatch");
  routes.back().body_required = routes.back().versioned = routes.back().conditional = true;
  routes.push_back(route("DELETE", one, users, "Removes a role that nobody has", 204,
                         Payload::none(), WriteHandler(remove_role)));
  routes.back().conditional = true;
}

}  // namespace

std::vector<Route> role_routes() {
  const std::string all(k_pattern), one = all + "/{name}";
  std::vector<Route> routes;
  routes.push_back(route("GET", all, Permission::signed_in(), "All roles, the built-in ones first",
                         200, Payload::json("Roles"), ReadHandler(list_roles)));
  routes.push_back(route("GET", one, Permission::signed_in(), "What a role may see and do", 200,
                         Payload::json("Role"), ReadHandler(show_role)));
  routes.back().versioned = routes.back().conditional = true;
  add_changes(routes);
  routes.push_back(route("GET", "/api/v1/access/explain", Permission::signed_in(),
                         "Why someone can or cannot see a record, and do what with it", 200,
                         Payload::json("AccessExplanation"), ReadHandler(explain)));
  routes.back().query = {
      {.name = "collection", .description = "customers, contacts, products, orders or payments."},
      {.name = "id", .description = "A record; absent: the collection as such."},
      {.name = "user", .description = "Whose rights; absent: one's own. Others': right users."}};
  routes.back().refusals = {404};
  return routes;
}

}  // namespace kontor::api
