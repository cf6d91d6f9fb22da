// What a list may be asked by: which names can be filtered and sorted, and the order of a cursor.
#include <algorithm>

#include "base/limits.h"
#include "crm/list_custom.h"
#include "crm/list_sql.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Value;

bool is_ordered(Kind kind) {
  switch (kind) {
    case Kind::choice:
    case Kind::boolean:
    case Kind::reference:
    case Kind::tags:
    case Kind::custom:
    case Kind::long_text: return false;
    default: return true;
  }
}

bool is_textual(Kind kind) {
  switch (kind) {
    case Kind::text:
    case Kind::long_text:
    case Kind::code:
    case Kind::email:
    case Kind::phone: return true;
    default: return false;
  }
}

}  // namespace

std::optional<Field> filter_field(const Entity& entity, std::string_view name) {
  if (name == "id") return Field{.name = "id", .label = "Id", .kind = Kind::reference};
  if (name == "version") return Field{.name = "version", .label = "Version", .kind = Kind::integer};
  if (name == "created_at")
    return Field{.name = "created_at", .label = "Created at", .kind = Kind::instant};
  if (name == "updated_at")
    return Field{.name = "updated_at", .label = "Updated at", .kind = Kind::instant};
  if (custom_name(name) && model::find_field(entity, "custom"))
    return Field{.name = name, .label = "Custom field", .kind = Kind::custom};
  const auto index = model::find_field(entity, name);
  if (!index || entity.fields[*index].kind == Kind::custom) return std::nullopt;
  return entity.fields[*index];
}

bool allows(const Field& field, Op op) {
  if (field.kind == Kind::custom) return true;
  switch (op) {
    case Op::lt:
    case Op::lte:
    case Op::gt:
    case Op::gte: return is_ordered(field.kind);
    case Op::like: return is_textual(field.kind);
    case Op::null: return field.name != "id" && field.kind != Kind::tags;
    default: return field.kind != Kind::long_text;
  }
}

bool is_sortable(const Entity& entity, std::string_view name) {
  if (name == "id" || name == "created_at" || name == "updated_at") return true;
  if (custom_name(name)) return model::find_field(entity, "custom").has_value();
  const auto index = model::find_field(entity, name);
  return index && entity.fields[*index].sort;
}

std::string sortable_names(const Entity& entity) {
  std::string names = "id, created_at, updated_at";
  for (const Field& field : entity.fields)
    if (field.sort) names += ", " + std::string(field.name);
  if (model::find_field(entity, "custom")) names += ", custom.NAME";
  return names;
}

std::vector<SortKey> default_order(const ListQuery& query) {
  return {{.name = query.search.empty() ? "created_at" : "id", .descending = true}};
}

std::size_t cursor_size(const ListQuery& query) {
  return query.sort.size() + (query.sort.back().name == "id" ? 0 : 1);
}

bool sorts_by_integer(const model::Entity& entity, std::string_view name) {
  if (custom_name(name)) return false;
  const auto index = model::find_field(entity, name);
  if (!index) return true;  // id, created_at, updated_at
  switch (entity.fields[*index].kind) {
    case model::Kind::text:
    case model::Kind::code:
    case model::Kind::date: return false;
    default: return true;
  }
}

bool is_position(const ListQuery& query, const std::vector<Value>& values) {
  if (values.size() != cursor_size(query)) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool integer =
        i >= query.sort.size() || sorts_by_integer(*query.entity, query.sort[i].name);
    if (std::holds_alternative<std::int64_t>(values[i]) != integer) return false;
  }
  return true;
}

std::string order_signature(const ListQuery& query) {
  std::string text;
  for (const SortKey& key : query.sort)
    text += (text.empty() ? "" : "|") + std::string(key.descending ? "-" : "") + key.name;
  return text;
}

std::string match_expression(std::string_view folded) {
  std::string expression;
  int terms = 0;
  while (!folded.empty() && terms < limits::search_terms) {
    const auto blank = std::min(folded.find(' '), folded.size());
    if (blank > 0) {
      expression +=
          (terms++ == 0 ? "\"" : " AND \"") + std::string(folded.substr(0, blank)) + "\"*";
    }
    folded.remove_prefix(std::min(blank + 1, folded.size()));
  }
  return expression;
}

}  // namespace kontor::crm
