// JSON in: a strict parser and the value it makes. JSON out goes through base/json_writer.h,
// without a tree in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace kontor {

class Json;
using JsonArray = std::vector<Json>;
using JsonMember = std::pair<std::string, Json>;
using JsonObject = std::vector<JsonMember>;  // in the order of the text; names are unique

// A number that is not an integer of 64 bits keeps its text: nothing that is counted may pass
// through floating point.
struct JsonDecimal {
  std::string text;
  bool operator==(const JsonDecimal&) const = default;
};

class Json {
 public:
  using State = std::variant<std::nullptr_t, bool, std::int64_t, JsonDecimal, std::string,
                             JsonArray, JsonObject>;

  Json() : state_(nullptr) {}
  explicit Json(State state) : state_(std::move(state)) {}

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(state_); }
  const bool* boolean() const { return std::get_if<bool>(&state_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
  const JsonDecimal* decimal() const { return std::get_if<JsonDecimal>(&state_); }
  const std::string* string() const { return std::get_if<std::string>(&state_); }
  const JsonArray* array() const { return std::get_if<JsonArray>(&state_); }
  const JsonObject* object() const { return std::get_if<JsonObject>(&state_); }
  JsonArray* array() { return std::get_if<JsonArray>(&state_); }
  JsonObject* object() { return std::get_if<JsonObject>(&state_); }
  State& state() { return state_; }

  // Member of an object by name; nullptr if there is none or this is no object.
  const Json* find(std::string_view name) const;
  // "null", "boolean", "integer", "number", "string", "array", "object": for error texts.
  std::string_view type_name() const;
  bool operator==(const Json&) const = default;

 private:
  State state_;
};

// Parses RFC 8259 text strictly. Refused with Code::malformed and the byte offset in the message:
// invalid UTF-8, a NUL byte or \u0000, a byte order mark, nesting deeper than
// limits::json_depth, duplicate member names, integers outside int64, anything after the value.
Result<Json> parse_json(std::string_view text);

// Writes a value back as compact JSON.
std::string to_text(const Json& value);

// Escapes `~` and `/` for use as one step of a JSON pointer (RFC 6901).
std::string pointer_step(std::string_view name);

}  // namespace kontor
