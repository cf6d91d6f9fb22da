// Entity: a collection of records, as plain data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/field.h"

namespace kontor::model {

// One allowed change of state: POST /<collection>/{id}/<action>.
struct Move {
  std::string_view action;
  std::string_view from;
  std::string_view to;
  std::string_view label;
};

struct Entity {
  std::string_view name;        // singular: "customer"
  std::string_view collection;  // plural; the route and the table
  std::string_view label;       // for people, singular and plural
  std::string_view label_plural;
  std::span<const Field> fields;
  std::span<const Move> moves = {};  // over the field `status`
  const Entity* lines = nullptr;     // child records, shown as the array `lines`
  std::string_view title = "name";   // the field that names a record to a person
  // The reference to the record that one of these belongs to: without an owner of its own it has
  // that one's.
  std::string_view parent = {};
};

// Position of a field by name; nullopt if there is none.
std::optional<std::size_t> find_field(const Entity& entity, std::string_view name);

// Column of a field: its name with the dot of a nested one as underscore.
std::string column_of(const Field& field);

// Shadow columns that the engine keeps: folded text for order and search, normal forms for
// matching.
bool has_fold(const Field& field);  // <column>_fold
bool has_norm(const Field& field);  // <column>_norm

// Pointer of a field in a request body: "/address/city".
std::string pointer_of(const Field& field);

}  // namespace kontor::model
