#include "crm/visible_diff.h"

#include <algorithm>

#include "base/json.h"

namespace kontor::crm {
namespace {

using model::Entity;

bool is_hidden(const Principal& principal, const Entity& entity, std::string_view name) {
  const auto field = model::find_field(entity, name);
  return field && principal.rights.field(entity, *field) == FieldAccess::hidden;
}

void drop_hidden(const Principal& principal, const Entity& entity, JsonObject& members) {
  std::erase_if(members, [&](const JsonMember& member) {
    return is_hidden(principal, entity, member.first);
  });
}

void drop_hidden_of_lines(const Principal& principal, const Entity& lines, JsonObject& change) {
  for (auto& [side, value] : change) {
    if (value.array() == nullptr) continue;
    for (Json& line : *value.array())
      if (line.object() != nullptr) drop_hidden(principal, lines, *line.object());
  }
}

}  // namespace

std::string visible_diff(const Principal& principal, const Entity& entity, std::string_view diff) {
  if (diff.empty() || !principal.rights.hides_fields(entity)) return std::string(diff);
  Result<Json> parsed = parse_json(diff);
  // What cannot be read cannot be cleared of what must not be seen.
  if (!parsed.ok() || parsed->object() == nullptr) return "{}";
  JsonObject& members = *parsed->object();
  drop_hidden(principal, entity, members);
  for (auto& [name, change] : members)
    if (name == "lines" && entity.lines != nullptr && change.object() != nullptr)
      drop_hidden_of_lines(principal, *entity.lines, *change.object());
  return to_text(*parsed);
}

}  // namespace kontor::crm
