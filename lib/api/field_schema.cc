#include "api/field_schema.h"

#include <algorithm>

#include "api/entity_routes.h"
#include "base/limits.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Write;

enum class Use { shown, given, filter };

constexpr std::string_view k_amount = "^-?[0-9]+([.][0-9]{1,4})?$";
constexpr std::string_view k_rate = "^[01]([.][0-9]{1,6})?$";

// "type": one name, or several; null joins where the value may be empty.
void write_type(JsonWriter& out, std::vector<std::string_view> types, bool nullable) {
  if (nullable) types.push_back("null");
  out.key("type");
  if (types.size() == 1) {
    out.string(types.front());
    return;
  }
  out.begin_array();
  for (const std::string_view type : types) out.string(type);
  out.end_array();
}

void write_choice(JsonWriter& out, const Field& field, bool nullable) {
  out.key("enum").begin_array();
  for (const std::string_view choice : field.choices) out.string(choice);
  if (nullable) out.null();
  out.end_array();
}

void write_number(JsonWriter& out, const Field& field, Use use, bool nullable) {
  if (field.kind == Kind::integer || field.kind == Kind::money) {
    write_type(out, {"integer"}, nullable);
    if (field.kind == Kind::money && use == Use::given) out.key("minimum").integer(0);
    out.key("maximum").integer(limits::money_max);
    return;
  }
  const bool is_rate = field.kind == Kind::rate;
  std::vector<std::string_view> types = {"string"};
  if (!is_rate || use != Use::shown) types.emplace_back(use == Use::shown ? "integer" : "number");
  write_type(out, std::move(types), nullable);
  out.key("pattern").string(is_rate ? k_rate : k_amount);
}

void write_text(JsonWriter& out, const Field& field, Use use, bool nullable) {
  write_type(out, {"string"}, nullable);
  switch (field.kind) {
    case Kind::date: out.key("format").string("date"); return;
    case Kind::instant: out.key("format").string("date-time"); return;
    case Kind::reference: out.key("format").string("uuid"); return;
    case Kind::currency:
      out.key("pattern").string(use == Use::shown ? "^[A-Z]{3}$" : "^ *[A-Za-z]{3} *$");
      return;
    case Kind::email:
      if (use == Use::shown) out.key("format").string("email");
      break;
    default: break;
  }
  if (use != Use::filter) out.key("maxLength").integer(static_cast<std::int64_t>(field.max));
}

void write_tags(JsonWriter& out, bool nullable) {
  write_type(out, {"array"}, nullable);
  out.key("items")
      .begin_object()
      .key("type")
      .string("string")
      .key("minLength")
      .integer(1)
      .end_object();
  out.key("maxItems").integer(limits::tags);
}

void write_value(JsonWriter& out, const Field& field, Use use) {
  const bool is_container = field.kind == Kind::tags || field.kind == Kind::custom;
  const bool nullable = use == Use::filter ? false
                        : is_container     ? use == Use::given
                                           : !field.required;
  switch (field.kind) {
    case Kind::choice: write_choice(out, field, nullable); return;
    case Kind::boolean: write_type(out, {"boolean"}, nullable); return;
    case Kind::integer:
    case Kind::money:
    case Kind::unit_price:
    case Kind::quantity:
    case Kind::rate: write_number(out, field, use, nullable); return;
    case Kind::tags: write_tags(out, nullable); return;
    case Kind::custom: write_type(out, {"object"}, nullable); return;
    default: write_text(out, field, use, nullable);
  }
}

void write_field(JsonWriter& out, const Field& field, Use use) {
  out.begin_object().key("title").string(field.label);
  write_value(out, field, use);
  const bool is_servers = field.write == Write::never || field.write == Write::computed;
  if (is_servers && use == Use::given) out.key("readOnly").boolean(true);
  out.end_object();
}

// Fields of one level, those of a group as an object of their own.
void write_fields(JsonWriter& out, const Entity& entity, Use use) {
  std::string_view open;
  const auto close = [&] {
    if (!open.empty()) out.end_object().key("additionalProperties").boolean(false).end_object();
  };
  for (const Field& field : entity.fields) {
    const auto dot = field.name.find('.');
    const std::string_view group = dot == std::string_view::npos ? "" : field.name.substr(0, dot);
    if (group != open) {
      close();
      if (!group.empty()) {
        out.key(group).begin_object();
        write_type(out, {"object"}, use == Use::given);
        out.key("properties").begin_object();
      }
      open = group;
    }
    out.key(group.empty() ? field.name : field.name.substr(dot + 1));
    write_field(out, field, use);
  }
  close();
}

void write_reference(JsonWriter& out, const std::string& schema) {
  out.begin_object().key("$ref").string("#/components/schemas/" + schema).end_object();
}

void write_lines_property(JsonWriter& out, const Entity& entity, Use use) {
  if (entity.lines == nullptr) return;
  out.key("lines").begin_object();
  write_type(out, {"array"}, use == Use::given);
  out.key("items");
  write_reference(out, schema_name(*entity.lines) + (use == Use::given ? "Input" : ""));
  if (use == Use::given) out.key("maxItems").integer(limits::order_lines);
  out.end_object();
}

std::string expansion_of(const Field& field) {
  const bool is_known =
      field.kind == Kind::reference && model::find_entity(field.target) != nullptr;
  return is_known && field.name.ends_with("_id")
             ? std::string(field.name.substr(0, field.name.size() - 3))
             : "";
}

void write_expansions(JsonWriter& out, const Entity& entity) {
  for (const Field& field : entity.fields) {
    const std::string name = expansion_of(field);
    if (name.empty()) continue;
    out.key(name).begin_object().key("description").string("With `expand=" + name + "`.");
    out.key("anyOf").begin_array();
    write_reference(out, schema_name(*model::find_entity(field.target)) + "View");
    out.begin_object().key("type").string("null").end_object().end_array().end_object();
  }
}

constexpr std::string_view k_id = R"({"type":"string","format":"uuid"})";
constexpr std::string_view k_time = R"({"type":"string","format":"date-time"})";

// Members that every record has; names in the order in which they are shown.
void write_record_members(JsonWriter& out) {
  out.key("id").raw(k_id).key("version").raw(R"({"type":"integer","minimum":1})");
  out.key("created_by").raw(R"({"type":["string","null"],"format":"uuid"})");
  out.key("created_at").raw(k_time).key("updated_at").raw(k_time).key("deleted_at").raw(k_time);
}

void write_view(JsonWriter& out, const Entity& entity) {
  out.begin_object()
      .key("description")
      .string("The whole record, or the members that `fields` asks for.");
  out.key("type").string("object").key("properties").begin_object();
  write_record_members(out);
  write_fields(out, entity, Use::shown);
  write_lines_property(out, entity, Use::shown);
  write_expansions(out, entity);
  out.end_object()
      .key("required")
      .raw(R"(["id"])")
      .key("additionalProperties")
      .boolean(false)
      .end_object();
}

// Names of the members at the top level of a whole record, but for what things cost, which not
// every built-in role sees.
std::vector<std::string_view> members(const Entity& entity) {
  std::vector<std::string_view> names = {"id", "version", "created_by", "created_at", "updated_at"};
  for (const Field& field : entity.fields) {
    const std::string_view name = field.name.substr(0, field.name.find('.'));
    if (names.back() != name && !field.cost) names.push_back(name);
  }
  if (entity.lines != nullptr) names.push_back("lines");
  return names;
}

// The schema `base` with members that must be there.
void write_with_required(JsonWriter& out, const std::string& base,
                         const std::vector<std::string_view>& names) {
  out.begin_object().key("allOf").begin_array();
  write_reference(out, base);
  out.end_array().key("required").begin_array();
  for (const std::string_view name : names) out.string(name);
  out.end_array().end_object();
}

void write_patch(JsonWriter& out, const Entity& entity) {
  out.begin_object().key("type").string("object").key("properties").begin_object();
  out.key("id").raw(k_id);
  for (const std::string_view name :
       {"version", "created_by", "created_at", "updated_at", "deleted_at"})
    out.key(name).raw(R"({"readOnly":true})");
  write_fields(out, entity, Use::given);
  write_lines_property(out, entity, Use::given);
  out.end_object().key("additionalProperties").boolean(false).end_object();
}

// What a new record must say: what is required and has no fallback. Currencies and dates are left
// out, as the firm's settings stand in for them.
std::vector<std::string_view> required_input(const Entity& entity) {
  std::vector<std::string_view> names;
  for (const Field& field : entity.fields) {
    const bool has_default =
        !field.fallback.empty() || field.kind == Kind::currency || field.kind == Kind::date;
    const bool is_clients = field.write == Write::anytime || field.write == Write::on_create;
    if (field.required && is_clients && !has_default) names.push_back(field.name);
  }
  return names;
}

void write_line(JsonWriter& out, const Entity& lines, Use use) {
  out.begin_object()
      .key("type")
      .string("object")
      .key("properties")
      .begin_object()
      .key("id")
      .raw(k_id);
  write_fields(out, lines, use);
  out.end_object();
  if (use == Use::shown) {
    out.key("required").begin_array().string("id");
    for (const Field& field : lines.fields)
      if (!field.cost) out.string(field.name);
    out.end_array();
  }
  out.key("additionalProperties").boolean(false).end_object();
}

void write_list(JsonWriter& out, const std::string& view) {
  out.begin_object().key("type").string("object").key("properties").begin_object();
  out.key("data").begin_object().key("type").string("array").key("items");
  write_reference(out, view);
  out.end_object().key("has_more").raw(R"({"type":"boolean"})");
  out.key("next_cursor").raw(R"({"type":["string","null"]})");
  out.key("count").raw(R"({"type":"integer","minimum":0})").end_object();
  out.key("required").raw(R"(["data","has_more","next_cursor"])");
  out.key("additionalProperties").boolean(false).end_object();
}

void write_actions(JsonWriter& out, const Entity& entity) {
  std::vector<std::string> written;
  for (const model::Move& move : entity.moves) {
    const auto fields = action_fields(entity, move.action);
    const std::string name = action_schema(entity, move.action);
    if (fields.empty() || std::find(written.begin(), written.end(), name) != written.end())
      continue;
    written.push_back(name);
    out.key(name).begin_object().key("type").string("object").key("properties").begin_object();
    for (const ActionField& field : fields) out.key(field.name).raw(field.schema);
    out.end_object().key("additionalProperties").boolean(false).end_object();
  }
}

}  // namespace

std::string filter_schema(const Field& field) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_value(out, field, Use::filter);
  out.end_object();
  return text;
}

void write_entity_schemas(JsonWriter& out, const Entity& entity) {
  const std::string name = schema_name(entity);
  out.key(name + "View");
  write_view(out, entity);
  out.key(name);
  write_with_required(out, name + "View", members(entity));
  out.key(name + "Patch");
  write_patch(out, entity);
  out.key(name + "Input");
  write_with_required(out, name + "Patch", required_input(entity));
  out.key(name + "List");
  write_list(out, name + "View");
  if (entity.lines != nullptr) {
    out.key(schema_name(*entity.lines));
    write_line(out, *entity.lines, Use::shown);
    out.key(schema_name(*entity.lines) + "Input");
    write_line(out, *entity.lines, Use::given);
  }
  write_actions(out, entity);
}

}  // namespace kontor::api
