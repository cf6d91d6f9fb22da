// A record in memory while it is being written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/uuid.h"
#include "model/entity.h"

namespace kontor::model {

// Null, INTEGER or TEXT as stored; a reference is the UUID's text (the store's row ids stay below).
using Value = std::variant<std::monostate, std::int64_t, std::string>;

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

struct Record {
  std::int64_t row_id = 0;
  Uuid id{};
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::optional<std::int64_t> deleted_at_ms{};
  std::vector<Value> values;  // one per field of the entity, in its order
  std::vector<Record> lines{};

  std::int64_t integer(std::size_t field) const {  // null counts as 0
    const auto* value = std::get_if<std::int64_t>(&values[field]);
    return value != nullptr ? *value : 0;
  }
  const std::string& text(std::size_t field) const {  // null counts as ""
    static const std::string empty;
    const auto* value = std::get_if<std::string>(&values[field]);
    return value != nullptr ? *value : empty;
  }
};

// A record with every field at its fallback.
Record blank(const Entity& entity);

}  // namespace kontor::model
