#include "crm/access/field_rules.h"

#include <algorithm>

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;

// Null for a group says something of each of its members.
bool is_named(const Json* body, std::string_view name) {
  if (body == nullptr) return false;
  const auto dot = name.find('.');
  const Json* member = body->find(name.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return member != nullptr;
  return member->is_null() || member->find(name.substr(dot + 1)) != nullptr;
}

void check_record(const Rights& rights, const Entity& entity, const Record& before,
                  const Record& after, const Json* body, const std::string& at,
                  std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const FieldAccess access = rights.field(entity, i);
    if (access == FieldAccess::open) continue;
    const model::Field& field = entity.fields[i];
    const bool changes = before.values[i] != after.values[i];
    const std::string pointer = at + model::pointer_of(field);
    if (access == FieldAccess::hidden && (changes || is_named(body, field.name)))
      errors.push_back(hidden_field(pointer, field.name));
    if (access == FieldAccess::read_only && changes)
      errors.push_back({.pointer = pointer,
                        .code = "read_only",
                        .detail = "You may see this field, but not set it."});
  }
}

void check_lines(const Rights& rights, const Entity& lines, const Record& before,
                 const Record& after, const Json* body, std::vector<FieldError>& errors) {
  const Json* given = body != nullptr ? body->find("lines") : nullptr;
  const JsonArray* bodies = given != nullptr ? given->array() : nullptr;
  const Record blank = model::blank(lines);
  for (std::size_t i = 0; i < after.lines.size(); ++i) {
    const Record& line = after.lines[i];
    const auto old = std::find_if(before.lines.begin(), before.lines.end(),
                                  [&](const Record& each) { return each.id == line.id; });
    const bool is_old = old != before.lines.end() && line.id != Uuid{};
    const Json* line_body = bodies != nullptr && i < bodies->size() ? &(*bodies)[i] : nullptr;
    check_record(rights, lines, is_old ? *old : blank, line, line_body,
                 "/lines/" + std::to_string(i), errors);
  }
}

}  // namespace

FieldError hidden_field(std::string_view pointer, std::string_view name) {
  return {.pointer = std::string(pointer),
          .code = "hidden_field",
          .detail = "Your rights do not show you \"" + std::string(name) + "\"."};
}

Error fields_forbidden(std::vector<FieldError> fields) {
  const std::string message = fields.size() == 1
                                  ? fields.front().detail
                                  : std::to_string(fields.size()) + " fields are kept from you.";
  return {.code = Code::forbidden,
          .message = message,
          .kind = "forbidden",
          .fields = std::move(fields)};
}

Result<void> check_fields(const Rights& rights, const Entity& entity, const Record* before,
                          const Record& after, const Json* body) {
  if (!rights.restricts_fields(entity)) return {};
  const Record from = before != nullptr ? *before : model::blank(entity);
  std::vector<FieldError> errors;
  check_record(rights, entity, from, after, body, "", errors);
  if (entity.lines != nullptr) check_lines(rights, *entity.lines, from, after, body, errors);
  if (errors.empty()) return {};
  return fields_forbidden(std::move(errors));
}

}  // namespace kontor::crm
