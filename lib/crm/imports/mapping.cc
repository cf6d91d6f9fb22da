#include "crm/imports/mapping.h"

#include <algorithm>

#include "base/fold.h"
#include "base/json.h"
#include "base/nearest.h"
#include "crm/imports/dialects/known_headers.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;

bool knows(std::span<const std::string_view> aliases, std::string_view header) {
  return std::any_of(aliases.begin(), aliases.end(),
                     [&](std::string_view alias) { return plain_header(alias) == header; });
}

// What a file can be mapped to: the entity's fields (none for lines) and the targets beside them.
struct Goals {
  const Entity* entity;
  std::span<const ImportTarget> targets;

  std::vector<std::string_view> names() const {
    std::vector<std::string_view> all;
    for (const ImportTarget& target : targets) all.push_back(target.name);
    if (entity == nullptr) return all;
    for (const Field& field : entity->fields)
      if (is_importable(*entity, field)) all.push_back(field.name);
    return all;
  }

  std::string guess(std::string_view header) const {
    const std::string name = plain_header(header);
    if (name.empty()) return "";
    // The very name of a field is never another one's alias: so our own exports come back.
    if (entity != nullptr) {
      for (const Field& field : entity->fields)
        if (field.name == header && is_importable(*entity, field)) return std::string(field.name);
    }
    for (const ImportTarget& target : targets)
      if (plain_header(target.name) == name || knows(target.aliases, name))
        return std::string(target.name);
    const std::string_view collection = entity != nullptr ? entity->collection : "line";
    std::string known(known_header(collection, header));
    if (entity == nullptr) return known;
    for (const Field& field : entity->fields) {
      if (!is_importable(*entity, field)) continue;
      if (plain_header(field.name) == name || plain_header(field.label) == name ||
          knows(field.aliases, name))
        return std::string(field.name);
    }
    return known;
  }
};

Error invalid_map(std::vector<FieldError> fields) {
  const std::string message = "The map of columns cannot be used: " + fields.front().detail;
  return {
      .code = Code::invalid, .message = message, .kind = "bad_map", .fields = std::move(fields)};
}

FieldError unknown_target(const std::string& header, const std::string& target,
                          const std::vector<std::string_view>& names) {
  std::string detail = "There is no field \"" + target + "\"";
  if (const auto near = nearest(target, names)) detail += "; did you mean " + std::string(*near);
  return {.pointer = "/" + pointer_step(header), .code = "unknown_field", .detail = detail + "."};
}

// The overriding map as pairs; an empty target leaves the column out.
Result<std::vector<std::pair<std::string, std::string>>> parse_map(std::string_view map_json) {
  std::vector<std::pair<std::string, std::string>> map;
  if (trim(map_json).empty()) return map;
  const Json json = TRY(parse_json(map_json));
  std::vector<FieldError> errors;
  if (json.object() == nullptr)
    return invalid_map({{.pointer = "", .code = "wrong_type", .detail = "It must be an object."}});
  for (const auto& [header, target] : *json.object()) {
    if (target.string() == nullptr && !target.is_null())
      return invalid_map({{.pointer = "/" + pointer_step(header),
                           .code = "wrong_type",
                           .detail = "\"" + header + "\" must be the name of a field, or null."}});
    map.emplace_back(header, target.string() != nullptr ? *target.string() : "");
  }
  return map;
}

Result<Mapping> map_to(const Goals& goals, const std::vector<std::string>& header,
                       std::string_view map_json, bool strict) {
  Mapping mapping;
  for (const std::string& name : header) mapping.columns.push_back({name, ""});
  const auto map = TRY(parse_map(map_json));
  const std::vector<std::string_view> names = goals.names();
  std::vector<bool> decided(header.size(), false);
  std::vector<FieldError> errors;
  for (const auto& [name, target] : map) {
    const auto at = std::find(header.begin(), header.end(), name);
    const bool known = target.empty() || std::count(names.begin(), names.end(), target) != 0;
    if (at == header.end()) {
      if (strict)
        errors.push_back({.pointer = "/" + pointer_step(name),
                          .code = "unknown_column",
                          .detail = "The file has no column \"" + name + "\"."});
      continue;
    }
    if (!known) {
      errors.push_back(unknown_target(name, target, names));
      continue;
    }
    const auto index = static_cast<std::size_t>(at - header.begin());
    mapping.columns[index].target = target;
    decided[index] = true;
  }
  if (!errors.empty()) return invalid_map(std::move(errors));
  for (const bool second : {false, true}) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (decided[i] || is_second_choice(header[i]) != second) continue;
      std::string target = goals.guess(header[i]);
      if (!mapping.has(target)) mapping.columns[i].target = std::move(target);
    }
  }
  return mapping;
}

Result<void> check_present(const std::vector<std::string>& missing) {
  if (missing.empty()) return {};
  Error error{.code = Code::invalid,
              .message = "The file lacks a column for: ",
              .kind = "missing_columns",
              .hint = "name the column in a map file: {\"Header of the file\": \"field\"}"};
  for (const std::string& name : missing) {
    error.message += (error.fields.empty() ? "" : ", ") + name;
    error.fields.push_back({.pointer = "/" + name,
                            .code = "required",
                            .detail = "No column was found for " + name + "."});
  }
  error.message += ".";
  return error;
}

}  // namespace

bool is_importable(const Entity& entity, const Field& field) {
  if (field.kind == model::Kind::custom || field.name == "owner_id") return false;
  if (&entity == &model::order && (field.name == "status" || field.name == "fulfilment_status"))
    return true;
  return field.write == model::Write::anytime || field.write == model::Write::on_create;
}

std::optional<std::size_t> Mapping::column_of(std::string_view target) const {
  if (target.empty()) return std::nullopt;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].target == target) return i;
  return std::nullopt;
}

bool Mapping::has_any(std::string_view prefix) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
    return std::string_view(column.target).starts_with(prefix);
  });
}

Result<Mapping> map_columns(const Entity& entity, const std::vector<std::string>& header,
                            std::string_view map_json) {
  Mapping mapping = TRY(map_to({&entity, import_targets(entity)}, header, map_json, true));
  // A list of firms may call their names so.
  const auto firm = mapping.column_of("company_name");
  if (&entity == &model::customer && firm && !mapping.has("name") && trim(map_json).empty())
    mapping.columns[*firm].target = "name";
  return mapping;
}

Result<Mapping> map_line_columns(const std::vector<std::string>& header,
                                 std::string_view map_json) {
  return map_to({nullptr, line_targets()}, header, map_json, false);
}

Result<void> check_columns(const Entity& entity, const Mapping& mapping) {
  std::vector<std::string> missing;
  for (const Field& field : entity.fields) {
    if (!field.required || !field.fallback.empty() || !is_importable(entity, field)) continue;
    if (mapping.has(field.name) || field.kind == model::Kind::currency) continue;
    // What a row says in other words.
    if (&entity == &model::product && field.name == "sku" && mapping.has("external_id")) continue;
    if (&entity == &model::contact && field.name == "last_name" && mapping.has("full_name"))
      continue;
    missing.emplace_back(field.name);
  }
  return check_present(missing);
}

Result<void> check_line_columns(const Mapping& lines) {
  std::vector<std::string> missing;
  if (!lines.has("external_id")) missing.emplace_back("external_id");
  const bool named =
      lines.has("line.product_id") || lines.has("line.sku") || lines.has("line.name");
  if (!named) missing.emplace_back("line.product_id");
  if (!lines.has("line.quantity")) missing.emplace_back("line.quantity");
  return check_present(missing);
}

}  // namespace kontor::crm
