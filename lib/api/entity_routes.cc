#include "api/entity_routes.h"

#include <algorithm>

#include "api/etag.h"
#include "api/export_routes.h"
#include "api/list_parameters.h"
#include "api/replies.h"
#include "api/site.h"
#include "api/url.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/custom_names.h"
#include "crm/history.h"
#include "crm/list.h"
#include "model/entities/payment.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

constexpr ActionField k_action_fields[] = {
    {"payments", "refund", "amount",
     "How much goes back, in minor units of the payment's currency; absent: all that is left.",
     R"({"type":"integer","minimum":1,"maximum":999999999999999})"},
};

Result<Response> list_records(const Site&, ReadTx& tx, const Call& call) {
  const crm::Principal& who = *call.context.principal;
  const crm::ListQuery query = TRY(crm::parse_list(*call.route->entity, call.query, who));
  crm::Page page = TRY(crm::list(tx, who, query));
  Response response = json_reply(200, std::move(page.json));
  if (page.next_cursor.empty()) return response;
  std::string next = call.path + "?";
  for (const auto& [name, value] : call.query)
    if (name != "cursor") next += encode_parameter(name) + "=" + encode_parameter(value) + "&";
  next += "cursor=" + encode_parameter(page.next_cursor);
  return std::move(response.with("Link", "<" + next + ">; rel=\"next\""));
}

Result<bool> wants_trash(const Call& call) {
  const auto trash = call.parameter("trash");
  if (!trash) return false;
  if (*trash == "only") return true;
  return bad_parameter("trash", "invalid_choice", "trash can be: only.");
}

Result<Response> get_record(const Site& site, ReadTx& tx, const Call& call) {
  const bool trash = TRY(wants_trash(call));
  const Uuid id = TRY(record_id(call));
  const std::string_view expand = call.parameter("expand").value_or("");
  crm::Rendered record =
      TRY(site.services.records.get(tx, *call.context.principal, *call.route->entity, id, expand,
                                    call.parameter("fields").value_or("")));
  if (record.trashed != trash) return no_such_record(*call.route->entity);
  const std::string tag =
      expand.empty() ? version_tag(record.version) : version_tag(record.version, record.json);
  Response response = json_reply(200, std::move(record.json));
  return std::move(response.with("ETag", tag));
}

Result<Response> create_record(const Site& site, WriteTx& tx, const Call& call) {
  const model::Entity& entity = *call.route->entity;
  crm::Written written = TRY(site.services.records.create(tx, call.context, entity, call.body));
  const std::string location =
      "/api/v1/" + std::string(entity.collection) + "/" + written.id.text();
  Response response = written_reply(201, std::move(written));
  return std::move(response.with("Location", location));
}

Result<Response> update_record(const Site& site, WriteTx& tx, const Call& call) {
  const Uuid id = TRY(record_id(call));
  return written_reply(200, TRY(site.services.records.update(tx, call.context, *call.route->entity,
                                                             id, call.body, call.if_version)));
}

Result<Response> delete_record(const Site& site, WriteTx& tx, const Call& call) {
  const Uuid id = TRY(record_id(call));
  TRY(site.services.records.remove(tx, call.context, *call.route->entity, id, call.if_version));
  return std::move(Response{.status = 204}.with("Cache-Control", "no-store"));
}

Result<void> check_action_body(const Call& call) {
  const auto fields = action_fields(*call.route->entity, call.route->action);
  Error error{.code = Code::invalid, .message = "", .kind = "validation_failed"};
  for (const JsonMember& member : call.has_body ? *call.body.object() : JsonObject{}) {
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&](const ActionField& f) { return f.name == member.first; });
    if (known) continue;
    error.fields.push_back({.pointer = "/" + pointer_step(member.first),
                            .code = "unknown_field",
                            .detail = "There is no such field."});
  }
  if (error.fields.empty()) return {};
  error.message = "The action does not know what it was given.";
  return error;
}

Result<Response> restore_record(const Site& site, WriteTx& tx, const Call& call) {
  TRY(check_action_body(call));
  const Uuid id = TRY(record_id(call));
  return written_reply(
      200, TRY(site.services.records.restore(tx, call.context, *call.route->entity, id)));
}

Result<Response> act_on_record(const Site& site, WriteTx& tx, const Call& call) {
  TRY(check_action_body(call));
  const Uuid id = TRY(record_id(call));
  return written_reply(
      200, TRY(site.services.records.act(tx, call.context, *call.route->entity, id,
                                         call.route->action, call.body, call.if_version)));
}

Result<Response> show_history(const Site&, ReadTx& tx, const Call& call) {
  const int limit = TRY(page_limit(call));
  const std::int64_t before = TRY(whole_parameter(call, "cursor", INT64_MAX));
  const Uuid id = TRY(record_id(call));
  return json_reply(
      200, TRY(crm::history(tx, *call.context.principal, *call.route->entity, id, limit, before)));
}

std::vector<Parameter> record_parameters() {
  return {
      {.name = "fields", .description = "Comma-separated names of the fields to show."},
      {.name = "expand", .description = "Comma-separated references to show as records: customer."},
      {.name = "trash",
       .description = "`only`: the record is in the trash.",
       .schema = R"({"const":"only"})"}};
}

Result<Response> list_custom_names(const Site&, ReadTx& tx, const Call& call) {
  const std::vector<crm::CustomName> names =
      TRY(crm::custom_names(tx, *call.context.principal, *call.route->entity));
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::CustomName& one : names) {
    out.begin_object().key("name").string(one.name).key("kind").string(one.type);
    out.key("records").integer(one.records).end_object();
  }
  out.end_array().key("looked_at").integer(crm::k_custom_records).end_object();
  return json_reply(200, std::move(text));
}

// What the rows of one collection have in common.
struct Names {
  explicit Names(const model::Entity& entity)
      : root("/api/v1/" + std::string(entity.collection)),
        one(root + "/{id}"),
        schema(schema_name(entity)),
        tag(entity.label_plural),
        a(std::string(std::string_view("aeiou").find(entity.name[0]) == std::string_view::npos
                          ? "a "
                          : "an ") +
          std::string(entity.name)),
        many(entity.collection) {}
  std::string root, one, schema, tag, a, many;
};

void add_reads(std::vector<Route>& routes, const model::Entity& entity, const Names& names) {
  const Permission read(entity, crm::Act::read);
  routes.push_back({.method = "GET",
                    .pattern = names.root,
                    .permission = read,
                    .summary = "List " + names.many,
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json(names.schema + "List"),
                    .handler = list_records,
                    .tag = names.tag,
                    .query = list_parameters(entity),
                    .any_query = true,
                    .entity = &entity});
  routes.push_back(export_route(entity, names.tag));
  routes.push_back({.method = "GET",
                    .pattern = names.root + "/custom-fields",
                    .permission = read,
                    .summary = "Which custom fields " + names.many + " have",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("CustomFields"),
                    .handler = list_custom_names,
                    .tag = names.tag,
                    .entity = &entity});
  routes.push_back({.method = "GET",
                    .pattern = names.one,
                    .permission = read,
                    .summary = "Read " + names.a,
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json(names.schema + "View"),
                    .handler = get_record,
                    .tag = names.tag,
                    .query = record_parameters(),
                    .versioned = true,
                    .conditional = true,
                    .entity = &entity});
  routes.push_back({.method = "GET",
                    .pattern = names.one + "/history",
                    .permission = read,
                    .summary = "What happened to " + names.a,
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("History"),
                    .handler = show_history,
                    .tag = names.tag,
                    .query = page_parameters(),
                    .entity = &entity});
}

void add_writes(std::vector<Route>& routes, const model::Entity& entity, const Names& names) {
  const Payload record = Payload::json(names.schema);
  routes.push_back({.method = "POST",
                    .pattern = names.root,
                    .permission = {entity, crm::Act::create},
                    .summary = "Create " + names.a,
                    .request = Payload::json(names.schema + "Input"),
                    .status = 201,
                    .reply = record,
                    .handler = create_record,
                    .tag = names.tag,
                    .versioned = true,
                    .body_required = true,
                    .entity = &entity});
  routes.push_back({.method = "PATCH",
                    .pattern = names.one,
                    .permission = {entity, crm::Act::update},
                    .summary = "Change " + names.a,
                    .request = Payload::json(names.schema + "Patch"),
                    .status = 200,
                    .reply = record,
                    .handler = update_record,
                    .tag = names.tag,
                    .versioned = true,
                    .conditional = true,
                    .body_required = true,
                    .entity = &entity});
  routes.push_back({.method = "DELETE",
                    .pattern = names.one,
                    .permission = {entity, crm::Act::remove},
                    .summary = "Put " + names.a + " in the trash",
                    .request = Payload::none(),
                    .status = 204,
                    .reply = Payload::none(),
                    .handler = delete_record,
                    .tag = names.tag,
                    .conditional = true,
                    .entity = &entity});
  routes.push_back({.method = "POST",
                    .pattern = names.one + "/restore",
                    .permission = {entity, crm::Act::update},
                    .summary = "Bring " + names.a + " back from the trash",
                    .request = Payload::json("Nothing"),
                    .status = 200,
                    .reply = record,
                    .handler = restore_record,
                    .tag = names.tag,
                    .versioned = true,
                    .entity = &entity});
}

// Giving money back is a right of its own.
Permission permission_of(const model::Entity& entity, std::string_view action) {
  const Permission update(entity, crm::Act::update);
  const bool is_refund = &entity == &model::payment && action == "refund";
  return is_refund ? update.with(crm::Flag::refund) : update;
}

void add_actions(std::vector<Route>& routes, const model::Entity& entity, const Names& names) {
  std::vector<std::string_view> seen;
  for (const model::Move& move : entity.moves) {
    if (std::find(seen.begin(), seen.end(), move.action) != seen.end()) continue;
    seen.push_back(move.action);
    const std::string action(move.action);
    const bool has_input = !action_fields(entity, action).empty();
    routes.push_back(
        {.method = "POST",
         .pattern = names.one + "/" + action,
         .permission = permission_of(entity, action),
         .summary = std::string(move.label) + ": " + action + " " + names.a,
         .request = Payload::json(has_input ? action_schema(entity, action) : "Nothing"),
         .status = 200,
         .reply = Payload::json(names.schema),
         .handler = act_on_record,
         .tag = names.tag,
         .versioned = true,
         .conditional = true,
         .entity = &entity,
         .action = move.action});
  }
}

}  // namespace

std::vector<Route> entity_routes(const model::Entity& entity) {
  const Names names(entity);
  std::vector<Route> routes;
  add_reads(routes, entity, names);
  add_writes(routes, entity, names);
  add_actions(routes, entity, names);
  return routes;
}

std::string schema_name(const model::Entity& entity) {
  std::string name;
  bool upper = true;
  for (const char c : entity.name) {
    if (c != '_') name += upper ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return name;
}

std::string action_schema(const model::Entity& entity, std::string_view action) {
  std::string name = schema_name(entity) + std::string(action);
  char& initial = name[name.size() - action.size()];
  initial = static_cast<char>(initial - 'a' + 'A');
  return name;
}

std::vector<ActionField> action_fields(const model::Entity& entity, std::string_view action) {
  std::vector<ActionField> fields;
  for (const ActionField& field : k_action_fields)
    if (field.collection == entity.collection && field.action == action) fields.push_back(field);
  return fields;
}

}  // namespace kontor::api
