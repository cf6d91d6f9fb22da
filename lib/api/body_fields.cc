#include "api/body_fields.h"

#include <algorithm>

#include "base/limits.h"

namespace kontor::api {

BodyFields::BodyFields(const Call& call) : body_(call.body) {}

const Json* BodyFields::find(std::string_view name) {
  known_.push_back(name);
  const Json* value = body_.find(name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

std::optional<std::string> BodyFields::text(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const std::string* text = value->string();
  if (text == nullptr) {
    add_error(name, "wrong_type", "Must be a string.");
  } else if (text->size() > limits::account_text_bytes) {
    add_error(name, "too_long", "Must be shorter.");
  } else {
    return *text;
  }
  return std::nullopt;
}

std::string BodyFields::required_text(std::string_view name) {
  const Json* value = body_.find(name);
  if (value == nullptr || value->is_null()) add_error(name, "required", "Is missing.");
  return text(name).value_or("");
}

std::optional<bool> BodyFields::boolean(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->boolean() != nullptr) return *value->boolean();
  add_error(name, "wrong_type", "Must be true or false.");
  return std::nullopt;
}

std::optional<std::vector<std::string>> BodyFields::texts(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const Json& item : value->array() != nullptr ? *value->array() : JsonArray{})
    if (item.string() != nullptr) texts.push_back(*item.string());
  if (value->array() != nullptr && texts.size() == value->array()->size()) return texts;
  add_error(name, "wrong_type", "Must be an array of strings.");
  return std::nullopt;
}

std::optional<std::string> BodyFields::object(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->object() != nullptr) return to_text(*value);
  add_error(name, "wrong_type", "Must be an object.");
  return std::nullopt;
}

void BodyFields::add_error(std::string_view name, std::string code, std::string detail) {
  errors_.push_back(
      {.pointer = "/" + pointer_step(name), .code = std::move(code), .detail = std::move(detail)});
}

Result<void> BodyFields::verdict() {
  if (body_.object() != nullptr) {
    for (const JsonMember& member : *body_.object()) {
      if (std::find(known_.begin(), known_.end(), member.first) == known_.end())
        add_error(member.first, "unknown_field", "There is no such field.");
    }
  }
  if (errors_.empty()) return {};
  Error error{.code = Code::invalid,
              .message = "The fields named in errors cannot be accepted.",
              .kind = "validation_failed"};
  error.fields = std::move(errors_);
  return error;
}

}  // namespace kontor::api
