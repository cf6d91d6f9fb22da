#include "model/entity.h"

#include <algorithm>

namespace kontor::model {

std::optional<std::size_t> find_field(const Entity& entity, std::string_view name) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i)
    if (entity.fields[i].name == name) return i;
  return std::nullopt;
}

std::string column_of(const Field& field) {
  std::string column(field.name);
  std::replace(column.begin(), column.end(), '.', '_');
  return column;
}

bool has_fold(const Field& field) { return field.kind == Kind::text && field.sort; }

bool has_norm(const Field& field) { return field.kind == Kind::email || field.kind == Kind::phone; }

std::string pointer_of(const Field& field) {
  std::string pointer = "/" + std::string(field.name);
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  return pointer;
}

}  // namespace kontor::model
