#include "crm/custom_names.h"

#include <algorithm>
#include <map>

#include "crm/access/field_rules.h"
#include "crm/access/row_predicate.h"
#include "crm/list_custom.h"

namespace kontor::crm {
namespace {

// Rows of the statement; a record may have names without end.
constexpr int k_found = 2'000;

std::string statement_of(const model::Entity& entity, const RowPredicate& rows) {
  return "SELECT j.key, j.type, count(*) FROM (SELECT t.custom FROM " +
         std::string(entity.collection) + " t WHERE t.deleted_at IS NULL" + rows.and_sql() +
         " ORDER BY t.id DESC LIMIT " + std::to_string(k_custom_records) +
         ") c JOIN json_each(c.custom) j WHERE c.custom <> '{}' AND j.type <> 'null' AND "
         "j.atom IS NOT '' GROUP BY j.key, j.type LIMIT " +
         std::to_string(k_found);
}

std::string type_of(std::string_view json_type) {
  if (json_type == "integer" || json_type == "real") return "number";
  if (json_type == "true" || json_type == "false") return "boolean";
  return json_type == "text" ? "text" : "mixed";
}

bool is_askable(std::string_view name) {
  return custom_name("custom." + std::string(name)).has_value();
}

Result<void> check_shown(const Principal& principal, const model::Entity& entity) {
  const auto position = model::find_field(entity, "custom");
  if (!position || principal.rights.field(entity, *position) != FieldAccess::hidden) return {};
  return fields_forbidden({hidden_field("/custom", "custom")});
}

}  // namespace

Result<std::vector<CustomName>> custom_names(store::ReadTx& tx, const Principal& principal,
                                             const model::Entity& entity) {
  TRY(require(principal, entity, Act::read));
  TRY(check_shown(principal, entity));
  const RowPredicate rows = rows_within(principal, entity, Act::read);
  store::Statement row = tx.prepare(statement_of(entity, rows));
  int mark = 0;
  for (const std::int64_t holder : rows.parameters) row.bind(++mark, holder);
  std::map<std::string, CustomName, std::less<>> found;
  while (row.step()) {
    const std::string name(row.text(0));
    if (!is_askable(name)) continue;
    CustomName& one = found.try_emplace(name, CustomName{.name = name, .type = ""}).first->second;
    const std::string type = type_of(row.text(1));
    one.type = one.type.empty() || one.type == type ? type : "mixed";
    one.records += row.integer(2);
  }
  std::vector<CustomName> names;
  names.reserve(found.size());
  for (auto& [name, one] : found) names.push_back(std::move(one));
  std::stable_sort(names.begin(), names.end(),
                   [](const CustomName& a, const CustomName& b) { return a.records > b.records; });
  if (names.size() > k_custom_names) names.resize(k_custom_names);
  return names;
}

}  // namespace kontor::crm
