#include "api/import_upload_routes.h"

#include <utility>

#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"

namespace kontor::api {
namespace {

using http::Response;

constexpr std::string_view k_pattern = "/api/v1/imports/uploads";

Error no_such_upload() {
  return {.code = Code::not_found, .message = "There is no upload with this id."};
}

std::int64_t owner_of(const Call& call) { return call.context.principal->user_id; }

std::string upload_json(const Uuid& id, std::int64_t bytes) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id").string(id.text()).key("bytes").integer(bytes).end_object();
  return text;
}

Result<Response> begin_upload(const Site& site, const Call& call) {
  const Uuid id = site.services.records.new_id();
  TRY(site.uploads->begin(id, owner_of(call)));
  Response response = json_reply(201, upload_json(id, 0));
  response.with("Location", std::string(k_pattern) + "/" + id.text());
  return response;
}

Result<Response> show_upload(const Site& site, const Call& call) {
  const auto id = call.id();
  if (!id) return no_such_upload();
  return json_reply(200, upload_json(*id, TRY(site.uploads->bytes(*id, owner_of(call)))));
}

Result<Response> add_piece(const Site& site, const Call& call) {
  const auto id = call.id();
  if (!id) return no_such_upload();
  const Json* offset = call.body.find("offset");
  const Json* content = call.body.find("content");
  std::vector<FieldError> errors;
  if (offset == nullptr || offset->integer() == nullptr || *offset->integer() < 0)
    errors.push_back({"/offset", offset == nullptr ? "required" : "wrong_type",
                      "Must be the number of bytes that were sent before."});
  if (content == nullptr || content->string() == nullptr)
    errors.push_back({"/content", content == nullptr ? "required" : "wrong_type",
                      "Must be a piece of the file."});
  for (const auto& [name, value] : *call.body.object()) {
    if (name != "offset" && name != "content")
      errors.push_back(
          {"/" + pointer_step(name), "unknown_field", "There is no member \"" + name + "\" here."});
  }
  if (!errors.empty()) {
    std::string message = errors.front().detail;
    return Error{.code = Code::invalid,
                 .message = std::move(message),
                 .kind = "validation_failed",
                 .fields = std::move(errors)};
  }
  const std::int64_t bytes =
      TRY(site.uploads->append(*id, owner_of(call), *offset->integer(), *content->string()));
  return json_reply(200, upload_json(*id, bytes));
}

Result<Response> drop_upload(const Site& site, const Call& call) {
  const auto id = call.id();
  if (!id || !site.uploads->forget(*id, owner_of(call))) return no_such_upload();
  return Response{.status = 204};
}

Route route(std::string_view method, std::string_view path, std::string summary, int status,
            Payload reply, DirectHandler handler) {
  return {.method = method,
          .pattern = std::string(k_pattern) + std::string(path),
          .permission = Permission::any(crm::Act::import_rows),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = "Imports"};
}

}  // namespace

std::vector<Route> import_upload_routes() {
  std::vector<Route> routes;
  routes.push_back(route("POST", "", "Begins a file that is sent in pieces", 201,
                         Payload::json("ImportUpload"), begin_upload));
  routes.back().refusals = {503, 507};
  routes.push_back(route("GET", "/{id}", "How many bytes of a file are there", 200,
                         Payload::json("ImportUpload"), show_upload));
  routes.push_back(route("POST", "/{id}", "Puts the next piece behind them", 200,
                         Payload::json("ImportUpload"), add_piece));
  routes.back().request = Payload::json("ImportPiece");
  routes.back().body_required = true;
  routes.back().refusals = {409, 413, 422, 507};
  routes.push_back(
      route("DELETE", "/{id}", "Drops a file that was sent", 204, Payload::none(), drop_upload));
  return routes;
}

}  // namespace kontor::api
