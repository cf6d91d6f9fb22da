#include "api/request_steps.h"

#include <algorithm>

#include "api/credentials.h"
#include "api/cross_site.h"
#include "api/etag.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "crm/accounts/users.h"
#include "http/forwarded.h"
#include "http/tokens.h"

namespace kontor::api {
namespace {

using Step = Result<void> (*)(const Site&, const http::Request&, Call&);

Error malformed(std::string message, std::string kind = {}) {
  return {.code = Code::malformed, .message = std::move(message), .kind = std::move(kind)};
}

// Who has shown nothing, and may do nothing.
const std::shared_ptr<const crm::Principal>& nobody() {
  static const auto k_nobody = std::make_shared<const crm::Principal>();
  return k_nobody;
}

// Dangerous actions ask who it is once more: a browser left open is not enough.
Result<void> check_confirmed(const Call& call) {
  const crm::Principal& who = *call.context.principal;
  const bool is_recent = call.context.now_ms - who.confirmed_at_ms < limits::confirmation_ms;
  if (!call.route->needs_confirmation || who.kind != crm::Principal::Kind::session || is_recent)
    return {};
  return Error{.code = Code::forbidden,
               .message = "Give your password or code again: POST /api/v1/session/confirm.",
               .kind = "confirmation_required"};
}

Result<void> check_second_factor(const Site& site, const Call& call) {
  const crm::FactorRule rule = site.services.accounts.settings().second_factor;
  if (call.route->before_second_factor || !crm::lacks_second_factor(*call.context.principal, rule))
    return {};
  return Error{.code = Code::forbidden,
               .message = "Take a second factor first: POST /api/v1/me/totp.",
               .kind = "second_factor_required"};
}

// Whether the caller has the right that the route asks for.
Result<void> permit(const Site& site, const http::Request& request, Call& call) {
  TRY(check_second_factor(site, call));
  TRY(check(call.route->permission, *call.context.principal, comes_from_here(request)));
  return check_confirmed(call);
}

Result<void> check_query(const Call& call) {
  const Route& route = *call.route;
  if (route.any_query) return {};
  Error error = malformed("Some parameters are not known here.", "invalid_parameter");
  for (const auto& parameter : call.query) {
    const std::string& name = parameter.first;
    const bool known = std::any_of(route.query.begin(), route.query.end(),
                                   [&](const Parameter& p) { return p.name == name; });
    if (known) continue;
    error.fields.push_back({.pointer = "?" + name,
                            .code = "unknown_parameter",
                            .detail = "There is no parameter \"" + name + "\" here."});
  }
  if (error.fields.empty()) return {};
  if (error.fields.size() == 1) error.message = error.fields.front().detail;
  return error;
}

Result<void> read_query(const Site&, const http::Request& request, Call& call) {
  call.query = request.query;
  return check_query(call);
}

Result<void> check_if_match(const Site& site, Call& call, std::string_view text) {
  if (!call.route->is_write() || !call.route->conditional) return {};
  if (text.empty()) {
    const bool asked = call.route->method == "PATCH" || call.route->method == "DELETE";
    if (!asked || !site.settings.require_if_match) return {};
    return Error{.code = Code::precondition_required,
                 .message = "Send If-Match with the ETag of the version that you change."};
  }
  const auto wanted = parse_if_match(text);
  if (!wanted) return malformed("If-Match must be one strong tag such as \"v7\", or *.");
  if (*wanted != k_any_version) call.if_version = *wanted;
  return {};
}

Result<void> read_conditions(const Site& site, const http::Request& request, Call& call) {
  call.last_event_id = request.header("Last-Event-ID");
  call.accept_encoding = request.header("Accept-Encoding");
  return check_if_match(site, call, request.header("If-Match"));
}

Result<void> read_idempotency_key(const Site&, const http::Request& request, Call& call) {
  const bool applies = request.method == "POST" || request.method == "PATCH";
  const bool is_sent =
      std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
        return http::equals_ignoring_case(header.first, "Idempotency-Key");
      });
  if (!applies || !is_sent) return {};
  const std::string_view key = request.header("Idempotency-Key");
  const bool is_printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > limits::idempotency_key_bytes || !is_printable)
    return malformed("Idempotency-Key must be 1 to 255 printable ASCII characters.");
  call.idempotency_key = key;
  std::string text = std::string(request.method) + "\n" + std::string(request.target) + "\n";
  const Sha256 hash = sha256(text.append(request.body));
  call.request_hash.assign(hash.begin(), hash.end());
  return {};
}

Result<void> check_media_type(std::string_view method, std::string_view header) {
  const std::string_view type = http::trim_blanks(header.substr(0, header.find(';')));
  const bool is_merge = http::equals_ignoring_case(type, "application/merge-patch+json");
  if (http::equals_ignoring_case(type, "application/json") || (is_merge && method == "PATCH"))
    return {};
  return Error{
      .code = Code::unsupported,
      .message = method == "PATCH"
                     ? "Content-Type must be application/merge-patch+json or application/json."
                     : "Content-Type must be application/json."};
}

Result<void> check_body(const Call& call) {
  if (!call.has_body && call.route->body_required)
    return malformed("A JSON object is missing.", "bad_json");
  if (call.has_body && call.body.object() == nullptr)
    return malformed(
        "The body must be a JSON object, not " + std::string(call.body.type_name()) + ".",
        "bad_json");
  return {};
}

Result<void> decode_body(const Site&, const http::Request& request, Call& call) {
  if (call.route->request.is_none()) return {};
  if (!request.header("Content-Encoding").empty())
    return Error{.code = Code::unsupported, .message = "Compressed bodies are not taken."};
  call.has_body = !request.body.empty();
  if (call.has_body) {
    TRY(check_media_type(request.method, request.header("Content-Type")));
    call.body = TRY(parse_json(request.body));
  }
  return check_body(call);
}

Result<void> refuse_pages_of_others(const Site&, const http::Request& request, Call&) {
  return refuse_other_sites(request, credentials_of(request));
}

int cost_of(const Call& call, const http::Request& request) {
  if (call.route->cost == 0) return 0;
  const bool is_search = std::any_of(request.query.begin(), request.query.end(),
                                     [](const auto& parameter) { return parameter.first == "q"; });
  return is_search ? std::max(call.route->cost, limits::rate_cost_search) : call.route->cost;
}

RateKey rate_key(const Call& call) {
  const crm::Principal& who = *call.context.principal;
  switch (who.kind) {
    case crm::Principal::Kind::token: return RateKey::token(who.credential_id);
    case crm::Principal::Kind::session: return RateKey::user(who.user_id);
    case crm::Principal::Kind::program: break;
  }
  return RateKey::address(call.context.address);
}

Result<void> charge(const Site& site, const RateKey& key, int cost, Call& call) {
  if (site.rates.is_off() || cost == 0) return {};
  const auto outcome = site.rates.take(key, cost, site.services.clock.monotonic_ms());
  call.reply_headers.emplace_back("RateLimit-Policy",
                                  policy_text(key.kind, site.rates.quota(key.kind)));
  call.reply_headers.emplace_back("RateLimit", limit_text(key.kind, outcome));
  if (outcome.is_allowed) return {};
  call.reply_headers.emplace_back("Retry-After", retry_text(outcome));
  return Error{.code = Code::limited,
               .message = "Too many requests: wait " + retry_text(outcome) + " s."};
}

// One for all reasons. Who is at this machine is nobody, too, until she has made a user.
Error unauthenticated(const Site& site) {
  if (has_users(site))
    return {.code = Code::unauthenticated,
            .message = "Sign in, or send an API token that is valid."};
  return {.code = Code::unauthenticated,
          .message =
              "There is no user yet. Open the set-up link that kontor serve printed when it "
              "started, or make a user on the server: kontor init --if-missing --admin "
              "EMAIL, or kontor user add EMAIL --role owner."};
}

Result<void> recognise(const Site& site, const http::Request& request, Call& call) {
  const Credentials shown = credentials_of(request);
  const Permission::Kind asked = call.route->permission.kind();
  const bool needs_nobody = asked == Permission::Kind::open;
  if (needs_nobody || (asked == Permission::Kind::local && shown.is_empty())) return {};
  if (shown.is_empty() || shown.is_ambiguous) return unauthenticated(site);
  crm::Authenticator& authenticator = site.services.accounts.authenticator();
  auto who = shown.bearer.empty() ? authenticator.session(shown.session, request.remote_ip)
                                  : authenticator.api_token(shown.bearer, request.remote_ip);
  if (!who.ok() && who.error().code == Code::unauthenticated) return unauthenticated(site);
  call.context.principal = TRY(std::move(who));
  call.context.actor_id = call.context.principal->user_id;
  // Keys of one caller are never answered to another.
  call.principal = (shown.bearer.empty() ? "user:" : "token:") +
                   std::to_string(shown.bearer.empty() ? call.context.principal->user_id
                                                       : call.context.principal->credential_id);
  return {};
}

// Who is calling. Tries that fail are counted against the address.
Result<void> identify(const Site& site, const http::Request& request, Call& call) {
  Result<void> known = recognise(site, request, call);
  if (!known.ok()) TRY(charge(site, RateKey::address(call.context.address), 1, call));
  return known;
}

Result<void> limit_rate(const Site& site, const http::Request& request, Call& call) {
  return charge(site, rate_key(call), cost_of(call, request), call);
}

// The order matters: who is asking comes before what is said, and cheap checks before the body.
constexpr Step k_steps[] = {
    refuse_pages_of_others, identify,   limit_rate, permit, read_query, read_conditions,
    read_idempotency_key,   decode_body};

}  // namespace

bool has_users(const Site& site) {
  if (site.has_users) return true;
  const auto any =
      site.services.store.read([](store::ReadTx& tx) -> Result<bool> { return crm::any_user(tx); });
  if (!any.ok()) return true;  // a database that cannot be read is not a new one
  if (*any) site.has_users = true;
  return *any;
}

bool comes_from_here(const http::Request& request) {
  return http::is_loopback_ip(request.peer_ip) && !http::is_forwarded(request.headers);
}

std::optional<std::string_view> Call::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<Uuid> Call::id() const {
  for (const auto& [key, value] : params)
    if (key == "id") return Uuid::parse(value);
  return std::nullopt;
}

Result<void> prepare(const Site& site, const http::Request& request, Call& call) {
  call.path = request.path;
  call.context.now_ms = site.services.clock.now_ms();
  call.context.request_id = request.id;
  call.context.address = request.remote_ip;
  call.context.principal = nobody();
  for (const Step step : k_steps) TRY(step(site, request, call));
  return {};
}

Result<Call> prepare_operation(const Site& site, const Route& route, http::Params params,
                               const Call& batch, std::string_view path, http::Params query,
                               Json body, std::string_view if_match) {
  Call call{.route = &route,
            .path = std::string(path),
            .params = std::move(params),
            .query = std::move(query),
            .body = std::move(body)};
  call.principal = batch.principal;
  call.context = batch.context;
  TRY(check(route.permission, *call.context.principal, false));
  call.has_body = !call.body.is_null() && !route.request.is_none();
  TRY(check_confirmed(call));
  TRY(check_query(call));
  TRY(check_if_match(site, call, if_match));
  TRY(check_body(call));
  return call;
}

}  // namespace kontor::api
