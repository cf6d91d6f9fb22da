#include "api/openapi.h"

#include <algorithm>
#include <map>

#include "api/field_schema.h"
#include "api/fixed_schemas.h"
#include "api/organisation_schemas.h"
#include "api/problem.h"
#include "base/json_writer.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// "get_api_v1_customers_id": unique, and the same with every version of the program.
std::string operation_id(const Route& route) {
  std::string id = lower(route.method);
  bool gap = true;
  for (const char c : route.pattern) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_word && gap) id += '_';
    if (is_word) id += c;
    gap = !is_word;
  }
  return id;
}

void write_parameter(JsonWriter& out, const Parameter& parameter, std::string_view in,
                     bool required) {
  out.begin_object().key("name").string(parameter.name).key("in").string(in);
  out.key("required").boolean(required).key("description").string(parameter.description);
  out.key("schema").raw(parameter.schema).end_object();
}

void write_path_parameters(JsonWriter& out, const std::string& pattern) {
  for (auto open = pattern.find('{'); open != std::string::npos;
       open = pattern.find('{', open + 1)) {
    const std::string name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    write_parameter(out, {.name = name, .description = "Of the record or page."}, "path", true);
  }
}

void write_header_parameters(JsonWriter& out, const Route& route) {
  if (route.is_write() && (route.method == "POST" || route.method == "PATCH")) {
    write_parameter(out,
                    {.name = "Idempotency-Key",
                     .description = "A repeat with the same key is answered as the first time.",
                     .schema = R"({"type":"string","minLength":1,"maxLength":255})"},
                    "header", false);
  }
  if (!route.conditional) return;
  write_parameter(
      out,
      route.is_write()
          ? Parameter{.name = "If-Match",
                      .description = "The version that is changed, \"v7\"; else 412."}
          : Parameter{.name = "If-None-Match",
                      .description = "Versions at hand; 304 if one of them is current."},
      "header", false);
}

void write_parameters(JsonWriter& out, const Route& route) {
  out.key("parameters").begin_array();
  write_path_parameters(out, route.pattern);
  for (const Parameter& parameter : route.query) write_parameter(out, parameter, "query", false);
  write_header_parameters(out, route);
  out.end_array();
}

void write_content(JsonWriter& out, const std::string& media_type, const std::string& schema) {
  out.key(media_type).begin_object().key("schema").begin_object();
  if (schema.empty()) {
    out.key("type").string("string");
  } else {
    out.key("$ref").string("#/components/schemas/" + schema);
  }
  out.end_object().end_object();
}

void write_request(JsonWriter& out, const Route& route) {
  if (route.request.is_none()) return;
  out.key("requestBody").begin_object().key("required").boolean(route.body_required);
  out.key("content").begin_object();
  if (route.method == "PATCH")
    write_content(out, "application/merge-patch+json", route.request.schema());
  write_content(out, route.request.media_type(), route.request.schema());
  out.end_object().end_object();
}

void write_header(JsonWriter& out, std::string_view name, std::string_view meaning) {
  out.key(name).begin_object().key("description").string(meaning);
  out.key("schema").raw(R"({"type":"string"})").end_object();
}

void write_success(JsonWriter& out, const Route& route) {
  out.key(std::to_string(route.status)).begin_object().key("description").string("Done.");
  out.key("headers").begin_object();
  write_header(out, "X-Request-Id", "Names the request in the log.");
  if (route.versioned) write_header(out, "ETag", "The record's version, for If-Match.");
  if (route.status == 201) write_header(out, "Location", "Path of the new record.");
  out.end_object();
  if (!route.reply.is_none()) {
    out.key("content").begin_object();
    write_content(out, route.reply.media_type(), route.reply.schema());
    for (const std::string& type : route.reply.other_types()) write_content(out, type, "");
    out.end_object();
  }
  out.end_object();
}

void write_refusal(JsonWriter& out, int status) {
  out.key(std::to_string(status)).begin_object();
  if (status == 303 || status == 304) {
    out.key("description");
    out.string(status == 304 ? "What the client has is current."
                             : "A browser that has to sign in first, or to set up.");
    out.end_object();
    return;
  }
  out.key("$ref").string("#/components/responses/Problem" + std::to_string(status)).end_object();
}

void write_operation(JsonWriter& out, const Route& route) {
  out.key(lower(route.method)).begin_object();
  out.key("operationId").string(operation_id(route)).key("summary").string(route.summary);
  out.key("tags").begin_array().string(route.tag).end_array();
  write_parameters(out, route);
  write_request(out, route);
  out.key("responses").begin_object();
  write_success(out, route);
  for (const int status : refusals_of(route)) write_refusal(out, status);
  // What the front refuses before a route is known: framing, limits, time-outs.
  out.key("default")
      .begin_object()
      .key("$ref")
      .string("#/components/responses/Problem")
      .end_object();
  out.end_object().end_object();
}

void write_paths(JsonWriter& out, const RouteTable& routes) {
  std::map<std::string, std::vector<const Route*>> by_path;
  for (const Route& route : routes.routes()) by_path[route.pattern].push_back(&route);
  out.key("paths").begin_object();
  for (const auto& [path, rows] : by_path) {
    out.key(path).begin_object();
    for (const Route* route : rows) write_operation(out, *route);
    out.end_object();
  }
  out.end_object();
}

void write_problem_response(JsonWriter& out, const std::string& name,
                            std::string_view description) {
  out.key(name).begin_object().key("description").string(description);
  out.key("content").begin_object();
  write_content(out, "application/problem+json", "Problem");
  out.end_object().end_object();
}

void write_problem_responses(JsonWriter& out) {
  out.key("responses").begin_object();
  write_problem_response(out, "Problem", "A refusal of the HTTP front.");
  int last = 0;
  for (const ProblemType& type : problem_types()) {
    if (type.status == last) continue;
    last = type.status;
    write_problem_response(out, "Problem" + std::to_string(last), type.title);
  }
  out.end_object();
}

}  // namespace

std::string write_openapi(const RouteTable& routes, std::string_view version) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("openapi").string("3.1.0").key("info").begin_object();
  out.key("title").string("Kontor").key("version").string(version.empty() ? "0" : version);
  out.key("summary").string("Customers, products and orders of a small firm.").end_object();
  out.key("servers").raw(R"([{"url":"/"}])");
  write_paths(out, routes);
  out.key("components").begin_object().key("schemas").begin_object();
  for (const model::Entity* entity : model::entities()) write_entity_schemas(out, *entity);
  for (const FixedSchema& schema : fixed_schemas()) out.key(schema.name).raw(schema.json);
  for (const FixedSchema& schema : import_schemas()) out.key(schema.name).raw(schema.json);
  for (const FixedSchema& schema : access_schemas()) out.key(schema.name).raw(schema.json);
  for (const FixedSchema& schema : account_schemas()) out.key(schema.name).raw(schema.json);
  for (const FixedSchema& schema : system_schemas()) out.key(schema.name).raw(schema.json);
  for (const FixedSchema& schema : token_schemas()) out.key(schema.name).raw(schema.json);
  write_organisation_schemas(out);
  out.end_object();
  write_problem_responses(out);
  out.end_object().end_object();
  return text;
}

}  // namespace kontor::api
