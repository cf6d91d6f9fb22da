#include "api/list_parameters.h"

#include <algorithm>

#include "api/field_schema.h"
#include "api/replies.h"
#include "base/limits.h"
#include "crm/list_sql.h"

namespace kontor::api {
namespace {

using crm::Op;
using model::Entity;
using model::Field;
using model::Kind;

struct Operator {
  Op op;
  std::string_view suffix;
  std::string_view meaning;
};

constexpr Operator k_operators[] = {
    {Op::eq, "", "equals"},
    {Op::eq, "[eq]", "equals"},
    {Op::ne, "[ne]", "differs from, or is empty"},
    {Op::lt, "[lt]", "is less than"},
    {Op::lte, "[lte]", "is at most"},
    {Op::gt, "[gt]", "is more than"},
    {Op::gte, "[gte]", "is at least"},
    {Op::in, "[in]", "is one of these, comma-separated"},
    {Op::like, "[like]", "holds this text; % stands for anything"},
    {Op::null, "[null]", "is empty (true) or is not (false)"},
};

std::string schema_of(const Field& field, Op op) {
  if (op == Op::null) return R"({"type":"boolean"})";
  if (op == Op::in || op == Op::like || field.kind == Kind::email || field.kind == Kind::tags)
    return R"({"type":"string","minLength":1})";
  return filter_schema(field);
}

void add_filters(std::vector<Parameter>& parameters, const Entity& entity, std::string_view name) {
  const auto field = crm::filter_field(entity, name);
  if (!field) return;
  for (const Operator& row : k_operators) {
    if (!crm::allows(*field, row.op)) continue;
    parameters.push_back(
        {.name = std::string(name) + std::string(row.suffix),
         .description = std::string(field->label) + " " + std::string(row.meaning) + ".",
         .schema = schema_of(*field, row.op)});
  }
}

// Parameters that stand for many: a custom field by any name, a filter in a group.
void add_patterns(std::vector<Parameter>& parameters, const Entity& entity) {
  parameters.push_back(
      {.name = "custom.NAME",
       .description = "A custom field, by its name in place of NAME (see custom-fields), with any "
                      "operator: `custom.NAME[gte]`. A value that reads as a number is compared "
                      "with numbers and with texts that read as one, any other with texts; `like` "
                      "takes no notice of case and accents."});
  parameters.push_back(
      {.name = "any[1].created_at[gte]",
       .description =
           "`any[1].` before any filter puts it in a group: of those of one group at least one "
           "must hold, and every group must. There are groups 1 to " +
           std::to_string(crm::k_any_groups) + ", and at most " + std::to_string(limits::filters) +
           " filters in all.",
       .schema = schema_of(*crm::filter_field(entity, "created_at"), Op::gte)});
}

}  // namespace

std::vector<Parameter> list_parameters(const Entity& entity) {
  std::vector<Parameter> parameters = page_parameters();
  parameters.push_back({.name = "sort",
                        .description = "Comma-separated, a minus for descending; possible: " +
                                       crm::sortable_names(entity) + "."});
  const bool can_search = std::any_of(entity.fields.begin(), entity.fields.end(),
                                      [](const Field& field) { return field.search; });
  if (can_search)
    parameters.push_back({.name = "q",
                          .description =
                              "Words that the record holds, each from its beginning; case "
                              "and accents do not matter."});
  parameters.push_back(
      {.name = "fields", .description = "Comma-separated names of the fields to show."});
  parameters.push_back(
      {.name = "expand", .description = "Comma-separated references to show as records."});
  parameters.push_back({.name = "count",
                        .description = "`exact`: how many rows match, as `count`.",
                        .schema = R"({"const":"exact"})"});
  parameters.push_back({.name = "trash",
                        .description = "`only`: the records in the trash.",
                        .schema = R"({"const":"only"})"});
  for (const std::string_view name : {"id", "version", "created_at", "updated_at"})
    add_filters(parameters, entity, name);
  for (const Field& field : entity.fields) add_filters(parameters, entity, field.name);
  add_patterns(parameters, entity);
  return parameters;
}

}  // namespace kontor::api
