#include "api/meta.h"

#include "base/currency.h"
#include "base/json_writer.h"
#include "crm/organisation/organisation_record.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Write;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::text: return "text";
    case Kind::long_text: return "long_text";
    case Kind::code: return "code";
    case Kind::email: return "email";
    case Kind::phone: return "phone";
    case Kind::choice: return "choice";
    case Kind::boolean: return "boolean";
    case Kind::integer: return "integer";
    case Kind::money: return "money";
    case Kind::unit_price: return "unit_price";
    case Kind::quantity: return "quantity";
    case Kind::rate: return "rate";
    case Kind::currency: return "currency";
    case Kind::country: return "country";
    case Kind::date: return "date";
    case Kind::instant: return "instant";
    case Kind::reference: return "reference";
    case Kind::tags: return "tags";
    case Kind::custom: return "custom";
  }
  return "text";
}

std::string_view write_name(Write write) {
  switch (write) {
    case Write::anytime: return "anytime";
    case Write::on_create: return "on_create";
    case Write::never: return "never";
    case Write::computed: return "computed";
  }
  return "never";
}

bool has_length(Kind kind) {
  return kind == Kind::text || kind == Kind::long_text || kind == Kind::code ||
         kind == Kind::email || kind == Kind::phone || kind == Kind::country;
}

void write_field(JsonWriter& out, const Field& field) {
  out.begin_object().key("name").string(field.name).key("label").string(field.label);
  out.key("kind").string(kind_name(field.kind)).key("write").string(write_name(field.write));
  out.key("required").boolean(field.required).key("unique").boolean(field.unique);
  out.key("search").boolean(field.search).key("sort").boolean(field.sort);
  if (has_length(field.kind)) out.key("max").integer(static_cast<std::int64_t>(field.max));
  if (!field.choices.empty()) {
    out.key("choices").begin_array();
    for (const std::string_view choice : field.choices) out.string(choice);
    out.end_array();
  }
  if (!field.fallback.empty()) out.key("fallback").string(field.fallback);
  if (!field.target.empty()) out.key("target").string(field.target);
  out.end_object();
}

void write_entity(JsonWriter& out, const Entity& entity) {
  out.begin_object().key("name").string(entity.name).key("collection").string(entity.collection);
  out.key("label").string(entity.label).key("label_plural").string(entity.label_plural);
  out.key("title").string(entity.title).key("fields").begin_array();
  for (const Field& field : entity.fields) write_field(out, field);
  out.end_array().key("moves").begin_array();
  for (const model::Move& move : entity.moves) {
    out.begin_object().key("action").string(move.action).key("from").string(move.from);
    out.key("to").string(move.to).key("label").string(move.label).end_object();
  }
  out.end_array();
  if (entity.lines != nullptr) {
    out.key("lines");
    write_entity(out, *entity.lines);
  }
  out.end_object();
}

}  // namespace

std::string meta_json(const crm::Organisation& organisation, std::string_view version) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("version").string(version).key("organisation").begin_object();
  crm::write_fields(out, organisation);
  out.end_object().key("collections").begin_array();
  for (const Entity* entity : model::entities()) write_entity(out, *entity);
  out.end_array().key("currencies").begin_object();
  for (const std::string_view code : currency_codes())
    out.key(code).integer(*currency_exponent(code));
  out.end_object().end_object();
  return text;
}

}  // namespace kontor::api
