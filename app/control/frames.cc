#include "control/frames.h"

#include <utility>

#include "base/json_writer.h"
#include "exit_code.h"

namespace kontor::app {
namespace {

// Raised when a frame changes its meaning: the program may be newer than the server that runs.
constexpr std::int64_t k_protocol = 1;

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() ? *value->string() : std::string();
}

std::int64_t integer_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() ? *value->integer() : -1;
}

Error not_understood(const char* what) {
  return {.code = Code::malformed,
          .message = std::string("What came over the control socket is no ") + what + ".",
          .kind = "bad_frame",
          .hint = "restart the server, so that it is of the same version as this program"};
}

std::string framed(std::string_view name, std::string_view json) {
  std::string text;
  JsonWriter(text).begin_object().key(name).raw(json).end_object();
  return text;
}

void write_fields(JsonWriter& out, const Error& error) {
  out.key("fields").begin_array();
  for (const FieldError& field : error.fields) {
    out.begin_object().key("pointer").string(field.pointer).key("code").string(field.code);
    out.key("detail").string(field.detail).end_object();
  }
  out.end_array();
}

Error error_of(const Json& json) {
  Error error{.code = code_of_name(text_of(json, "code")),
              .message = text_of(json, "message"),
              .kind = text_of(json, "kind"),
              .hint = text_of(json, "hint")};
  const Json* fields = json.find("fields");
  if (fields == nullptr || fields->array() == nullptr) return error;
  for (const Json& field : *fields->array()) {
    error.fields.push_back({.pointer = text_of(field, "pointer"),
                            .code = text_of(field, "code"),
                            .detail = text_of(field, "detail")});
  }
  return error;
}

}  // namespace

std::string request_frame(std::string_view operation, const Json& arguments, std::size_t files) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("kontor").integer(k_protocol).key("operation").string(operation);
  out.key("arguments").raw(to_text(arguments));
  out.key("files").integer(static_cast<std::int64_t>(files)).end_object();
  return text;
}

Result<ControlRequest> parse_request(std::string_view frame) {
  const auto json = parse_json(frame);
  if (!json.ok()) return not_understood("request");
  if (integer_of(*json, "kontor") != k_protocol) {
    return Error{.code = Code::unsupported,
                 .message = "The server speaks another protocol than this program.",
                 .kind = "other_version",
                 .hint = "restart the server, so that it is of the same version as this program"};
  }
  const Json* arguments = json->find("arguments");
  const std::int64_t files = integer_of(*json, "files");
  if (arguments == nullptr || arguments->object() == nullptr || files < 0) {
    return not_understood("request");
  }
  return ControlRequest{.operation = text_of(*json, "operation"),
                        .arguments = *arguments,
                        .files = static_cast<std::size_t>(files)};
}

std::string progress_frame(std::string_view json) { return framed("progress", json); }

std::string result_frame(std::string_view json) { return framed("result", json); }

std::string error_frame(const Error& error) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("error").begin_object().key("code").string(code_name(error.code));
  out.key("message").string(error.message).key("kind").string(error.kind);
  out.key("hint").string(error.hint);
  write_fields(out, error);
  out.end_object().end_object();
  return text;
}

Result<ControlAnswer> parse_answer(std::string_view frame) {
  const auto json = parse_json(frame);
  if (!json.ok()) return not_understood("answer");
  if (const Json* error = json->find("error")) return error_of(*error);
  const Json* progress = json->find("progress");
  const Json* result = progress != nullptr ? progress : json->find("result");
  if (result == nullptr) return not_understood("answer");
  return ControlAnswer{.is_progress = progress != nullptr, .json = to_text(*result)};
}

}  // namespace kontor::app
