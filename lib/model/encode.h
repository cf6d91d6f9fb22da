// From stored values to JSON.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json_writer.h"
#include "model/record.h"

namespace kontor::model {

// A value wherever it lies: in a Value, or in a column of a row.
struct Cell {
  bool null = true;
  std::int64_t integer = 0;
  std::string_view text = {};
};
Cell cell_of(const Value& value);

// A reference's text is its UUID as text.
void write_json(JsonWriter& out, const Field& field, const Cell& cell);

// The same value for people and files: CSV cells, messages. Inverse of from_text().
std::string to_text(const Field& field, const Cell& cell);

}  // namespace kontor::model
