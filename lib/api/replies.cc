#include "api/replies.h"

#include <charconv>

#include "api/etag.h"
#include "base/limits.h"
#include "crm/access/row_predicate.h"
#include "crm/shape.h"
#include "model/registry.h"

namespace kontor::api {

http::Response json_reply(int status, std::string body) {
  return {.status = status,
          .headers = {{"Cache-Control", "no-store"}},
          .content_type = "application/json",
          .body = std::move(body)};
}

http::Response written_reply(int status, crm::Written written) {
  http::Response response = json_reply(status, std::move(written.json));
  return std::move(response.with("ETag", version_tag(written.version)));
}

Error no_such_record(const model::Entity& entity) {
  return {.code = Code::not_found,
          .message = "There is no " + std::string(entity.name) + " with this id."};
}

Error bad_parameter(std::string_view name, std::string code, std::string detail) {
  Error error{.code = Code::malformed, .message = detail, .kind = "invalid_parameter"};
  error.fields.push_back(
      {.pointer = "?" + std::string(name), .code = std::move(code), .detail = std::move(detail)});
  return error;
}

Result<Uuid> record_id(const Call& call) {
  const auto id = call.id();
  if (!id) return no_such_record(*call.route->entity);
  return *id;
}

Result<std::int64_t> whole_parameter(const Call& call, std::string_view name,
                                     std::int64_t fallback) {
  const auto text = call.parameter(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 0)
    return bad_parameter(name, "invalid_number", std::string(name) + " must be a whole number.");
  return value;
}

Result<int> page_limit(const Call& call) {
  const std::int64_t limit = TRY(whole_parameter(call, "limit", limits::page_default));
  if (limit < 1 || limit > limits::page_max)
    return bad_parameter(
        "limit", "out_of_range",
        "limit must be a number from 1 to " + std::to_string(limits::page_max) + ".");
  return static_cast<int>(limit);
}

Result<std::vector<std::string>> topics(const Call& call) {
  std::vector<std::string> names = crm::split_names(call.parameter("topics").value_or(""));
  for (const std::string& name : names) {
    if (model::find_entity(name) == nullptr)
      return bad_parameter("topics", "unknown_topic", "There is no collection \"" + name + "\".");
    TRY(crm::require(*call.context.principal, *model::find_entity(name), crm::Act::read));
  }
  return names;
}

std::vector<Parameter> page_parameters() {
  return {
      {.name = "limit",
       .description = "Rows of a page.",
       .schema = R"({"type":"integer","minimum":1,"maximum":)" + std::to_string(limits::page_max) +
                 R"(,"default":)" + std::to_string(limits::page_default) + "}"},
      {.name = "cursor", .description = "`next_cursor` of the page before."}};
}

Parameter topics_parameter() {
  return {.name = "topics", .description = "Comma-separated collections; absent: all."};
}

}  // namespace kontor::api
