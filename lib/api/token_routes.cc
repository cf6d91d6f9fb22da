#include "api/token_routes.h"

#include <optional>
#include <utility>

#include "api/body_fields.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "crm/accounts/api_tokens.h"
#include "crm/accounts/management.h"
#include "crm/accounts/users.h"

namespace kontor::api {
namespace {

using http::Response;

constexpr std::string_view k_pattern = "/api/v1/tokens";
constexpr std::string_view k_tag = "API tokens";

// A token that could make tokens would outlive its own end.
Result<void> refuse_tokens(const crm::Principal& who) {
  if (who.kind != crm::Principal::Kind::token) return {};
  return Error{.code = Code::forbidden,
               .message = "API tokens are made and revoked by who has signed in, not by a token."};
}

Result<crm::NewApiToken> wanted_token(const Call& call) {
  BodyFields fields(call);
  crm::NewApiToken wanted{
      .name = fields.required_text("name"),
      .scopes = fields.texts("scopes").value_or(std::vector<std::string>()),
      .addresses = fields.texts("addresses").value_or(std::vector<std::string>())};
  if (const auto expiry = fields.text("expires_at")) {
    wanted.expires_at_ms = parse_instant(*expiry);
    if (!wanted.expires_at_ms)
      fields.add_error("expires_at", "wrong_type", "Must be an instant of RFC 3339.");
  }
  TRY(fields.verdict());
  return wanted;
}

std::string made_json(const crm::MadeApiToken& made, std::int64_t now_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("token").string(made.text).key("details");
  crm::write_api_token(out, made.token, now_ms);
  out.end_object();
  return text;
}

// No handler for writes: those keep their answer for a repeat, and this one must be kept nowhere.
Result<Response> create_token(const Site& site, const Call& call) {
  const crm::Principal& who = *call.context.principal;
  TRY(refuse_tokens(who));
  const crm::NewApiToken wanted = TRY(wanted_token(call));
  const Uuid id = site.services.ids.next();
  const crm::MadeApiToken made =
      TRY(site.services.store.write([&](store::WriteTx& tx) -> Result<crm::MadeApiToken> {
        return crm::create_api_token(tx, call.context, who, wanted,
                                     site.services.accounts.settings().tokens, id,
                                     site.services.random);
      }));
  return json_reply(201, made_json(made, call.context.now_ms));
}

// Whose tokens are meant: her own, or (with the right) those of `user`.
Result<std::int64_t> subject(store::ReadTx& tx, const Call& call) {
  const crm::Principal& who = *call.context.principal;
  const auto asked = call.parameter("user");
  if (!asked) return who.user_id;
  const auto id = Uuid::parse(*asked);
  const auto user = id ? crm::find_user(tx, *id) : std::nullopt;
  const bool may = user && (user->row_id == who.user_id || who.rights.has(crm::Flag::users));
  if (may) return user->row_id;
  return Error{.code = Code::not_found, .message = "There is no such user."};
}

Result<std::optional<Uuid>> page_start(const Call& call) {
  const auto cursor = call.parameter("cursor");
  if (!cursor) return std::optional<Uuid>();
  if (const auto id = Uuid::parse(*cursor)) return std::optional(*id);
  return bad_parameter("cursor", "invalid", "Take next_cursor of the page before.");
}

Result<Response> list_tokens(const Site&, store::ReadTx& tx, const Call& call) {
  const std::int64_t user_id = TRY(subject(tx, call));
  const int limit = TRY(page_limit(call));
  const std::optional<Uuid> start = TRY(page_start(call));
  auto tokens = crm::list_api_tokens(tx, user_id, limit + 1, start);
  const bool has_more = tokens.size() > static_cast<std::size_t>(limit);
  if (has_more) tokens.pop_back();
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::ApiToken& token : tokens) crm::write_api_token(out, token, call.context.now_ms);
  out.end_array().key("has_more").boolean(has_more).key("next_cursor");
  has_more ? out.string(tokens.back().id.text()) : out.null();
  out.end_object();
  return json_reply(200, std::move(text));
}

Result<Response> revoke_token(const Site&, store::WriteTx& tx, const Call& call) {
  const crm::Principal& who = *call.context.principal;
  TRY(refuse_tokens(who));
  const auto id = call.id();
  if (!id) return Error{.code = Code::not_found, .message = "There is no token with this id."};
  std::optional<std::int64_t> owner;
  if (!who.rights.has(crm::Flag::users)) owner = who.user_id;
  const crm::ApiToken revoked = TRY(crm::revoke_api_token(tx, call.context, owner, *id));
  if (revoked.user != who.user) TRY(crm::check_may_manage(tx, who, revoked.user));
  return Response{.status = 204};
}

Route route(std::string_view method, std::string path, std::string summary, int status) {
  return {.method = method,
          .pattern = std::string(k_pattern) + std::move(path),
          .permission = Permission::signed_in(),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = Payload::none(),
          .handler = DirectHandler(create_token),
          .tag = std::string(k_tag)};
}

}  // namespace

std::vector<Route> token_routes() {
  std::vector<Route> routes;
  routes.push_back(route("GET", "", "Your API tokens", 200));
  routes.back().reply = Payload::json("ApiTokenList");
  routes.back().handler = ReadHandler(list_tokens);
  routes.back().query = page_parameters();
  routes.back().query.push_back({.name = "user",
                                 .description = "Of another user; asks for the right `users`.",
                                 .schema = R"({"type":"string","format":"uuid"})"});
  routes.back().refusals = {404};

  routes.push_back(route("POST", "", "Make an API token, shown this once", 201));
  routes.back().request = Payload::json("ApiTokenInput");
  routes.back().body_required = true;
  routes.back().reply = Payload::json("MadeApiToken");
  routes.back().needs_confirmation = true;
  routes.back().refusals = {404, 409, 422, 507};

  routes.push_back(route("DELETE", "/{id}", "Revoke an API token", 204));
  routes.back().handler = WriteHandler(revoke_token);
  return routes;
}

}  // namespace kontor::api
