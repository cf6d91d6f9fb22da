#include "api/session_routes.h"

#include <algorithm>
#include <utility>

#include "api/account_call.h"
#include "api/body_fields.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/accounts.h"
#include "crm/accounts/management.h"
#include "crm/accounts/users.h"
#include "crm/audit/audit_log.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

constexpr std::string_view k_tag = "Signing in";

// By password, or by a link that works once.
class SignInCall final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  void begin() override {
    BodyFields fields(call_);
    const auto link = fields.text("link"), email = fields.text("email");
    const auto password = fields.text("password"), code = fields.text("totp");
    if (!link && !email) fields.add_error("email", "required", "Is missing.");
    if (!link && !password) fields.add_error("password", "required", "Is missing.");
    if (link && email) fields.add_error("email", "not_with_link", "The link says who it is.");
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    const auto done = [self = self<SignInCall>()](Result<crm::SignedIn> entered) {
      self->enter(std::move(entered));
    };
    const crm::SignIn& sign_in = site_.services.accounts.sign_in();
    if (link)
      return sign_in.by_link({.token = *link,
                              .code = code.value_or(""),
                              .new_password = password.value_or(""),
                              .browser = browser(),
                              .context = call_.context},
                             done);
    sign_in.by_password({.email = *email,
                         .password = *password,
                         .code = code.value_or(""),
                         .browser = browser(),
                         .context = call_.context},
                        done);
  }
};

class SetUpCall final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  void begin() override {
    BodyFields fields(call_);
    crm::SetUpAttempt attempt{.token = fields.required_text("token"),
                              .email = fields.required_text("email"),
                              .name = fields.text("name").value_or(""),
                              .password = fields.required_text("password"),
                              .browser = browser(),
                              .context = call_.context};
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    site_.services.accounts.sign_in().set_up(
        std::move(attempt), [self = self<SetUpCall>()](Result<crm::SignedIn> entered) {
          self->enter(std::move(entered));
        });
  }
};

// Whoever asks is signed out, whether the session is still one or not.
class SignOutCall final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  void begin() override {
    const auto who =
        site_.services.accounts.authenticator().session(session_token(), call_.context.address);
    if (!who.ok()) return conclude(Result<bool>(false));
    crm::Context acting = call_.context;
    acting.actor_id = (*who)->user_id;
    acting.principal = *who;
    const Result<void> queued = site_.services.store.write_later(
        [acting](WriteTx& tx) -> Result<bool> {
          const bool ended = crm::end_session(tx, acting.principal->credential_id);
          if (ended) crm::record_event(tx, acting, "session", acting.principal->user, "sign_out");
          return ended;
        },
        [self = self<SignOutCall>()](Result<bool> ended) { self->conclude(std::move(ended)); });
    if (!queued.ok()) finish(queued.error());
  }

  void conclude(Result<bool> ended) {
    if (!ended.ok()) return finish(std::move(ended).error());
    Response response{.status = 204};
    drop_session_cookie(response);
    finish(std::move(response));
  }
};

// Who it is once more, before something dangerous.
class ConfirmCall final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  void begin() override {
    BodyFields fields(call_);
    const auto password = fields.text("password"), code = fields.text("totp");
    if (!password && !code) fields.add_error("password", "required", "Is missing.");
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    site_.services.accounts.sign_in().confirm(
        {.password = password.value_or(""), .code = code.value_or(""), .context = call_.context},
        [self = self<ConfirmCall>()](Result<void> confirmed) {
          if (!confirmed.ok()) return self->finish(std::move(confirmed).error());
          self->finish(Response{.status = 204});
        });
  }
};

template <class Kind>
std::shared_ptr<http::LateAnswer> make(const Site& site, Call call, const http::Request& request) {
  return std::make_shared<Kind>(site, std::move(call), request);
}

// Whose sessions are meant: her own, or (with the right) those of `user`.
Result<crm::User> subject(ReadTx& tx, const Call& call) {
  const crm::Principal& who = *call.context.principal;
  const auto asked = call.parameter("user");
  const auto id = asked ? Uuid::parse(*asked) : std::optional(who.user);
  const auto user = id ? crm::find_user(tx, *id) : std::nullopt;
  const bool may = user && (user->row_id == who.user_id || who.rights.has(crm::Flag::users));
  if (may) return *user;
  return Error{.code = Code::not_found, .message = "There is no such user."};
}

void write_session(JsonWriter& out, const crm::SessionInfo& session, const crm::User& user,
                   const crm::Principal& who) {
  const bool is_current =
      who.kind == crm::Principal::Kind::session && who.credential_id == session.row_id;
  out.begin_object().key("id").string(session.id.text());
  out.key("user_id").string(user.id.text()).key("current").boolean(is_current);
  out.key("created_at").string(format_instant(session.created_at_ms));
  out.key("seen_at").string(format_instant(session.seen_at_ms));
  out.key("confirmed_at").string(format_instant(session.confirmed_at_ms));
  out.key("expires_at").string(format_instant(session.ends_at_ms));
  out.key("address").string(session.address).key("user_agent").string(session.user_agent);
  out.end_object();
}

Result<Response> list_sessions(const Site& site, ReadTx& tx, const Call& call) {
  const crm::User user = TRY(subject(tx, call));
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const auto& session : site.services.accounts.sessions().list(tx, user, call.context.now_ms))
    write_session(out, session, user, *call.context.principal);
  out.end_array().key("has_more").boolean(false).key("next_cursor").null().end_object();
  return json_reply(200, std::move(text));
}

Error no_such_session() {
  return {.code = Code::not_found, .message = "There is no such session."};
}

Result<crm::SessionInfo> find_session(const Site& site, ReadTx& tx, const Call& call,
                                      const crm::User& user) {
  const auto id = call.id();
  for (auto& session : site.services.accounts.sessions().list(tx, user, call.context.now_ms))
    if (id && session.id == *id) return session;
  return no_such_session();
}

Result<Response> show_session(const Site& site, ReadTx& tx, const Call& call) {
  const crm::User user = TRY(subject(tx, call));
  const crm::SessionInfo session = TRY(find_session(site, tx, call, user));
  std::string text;
  JsonWriter out(text);
  write_session(out, session, user, *call.context.principal);
  return json_reply(200, std::move(text));
}

Result<Response> delete_session(const Site&, WriteTx& tx, const Call& call) {
  const crm::User user = TRY(subject(tx, call));
  const crm::Principal& who = *call.context.principal;
  if (user.row_id != who.user_id) TRY(crm::check_may_manage(tx, who, user));
  const auto id = call.id();
  if (!id || !crm::end_session(tx, user.row_id, *id)) return no_such_session();
  crm::record_event(tx, call.context, "session", user.id, "end",
                    R"({"session":")" + id->text() + R"("})");
  return Response{.status = 204};
}

Parameter user_parameter() {
  return {.name = "user",
          .description = "Of another user; asks for the right `users`.",
          .schema = R"({"type":"string","format":"uuid"})"};
}

Route late(std::string_view method, std::string pattern, std::string summary, Payload request,
           int status, Payload reply, LateHandler handler) {
  const bool wants_body = !request.is_none();
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = Permission::open(),
          .summary = std::move(summary),
          .request = std::move(request),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = std::string(k_tag),
          .body_required = wants_body,
          .refusals = {401, 422},
          .cost = limits::rate_cost_sign_in};
}

void add_signing_in(std::vector<Route>& routes) {
  routes.push_back(late("POST", "/api/v1/session", "Sign in", Payload::json("SignIn"), 201,
                        Payload::json("SignedIn"), make<SignInCall>));
  routes.push_back(late("DELETE", "/api/v1/session", "Sign out", Payload::none(), 204,
                        Payload::none(), make<SignOutCall>));
  routes.back().refusals.clear();
  routes.back().cost = 1;
  routes.push_back(late("POST", "/api/v1/session/confirm", "Say once more who you are",
                        Payload::json("SessionConfirmation"), 204, Payload::none(),
                        make<ConfirmCall>));
  routes.back().permission = Permission::signed_in();
  routes.back().before_second_factor = true;
  routes.push_back(late("POST", "/api/v1/setup", "Make the first user, an owner",
                        Payload::json("SetUp"), 201, Payload::json("SignedIn"), make<SetUpCall>));
  routes.back().refusals.push_back(409);
}

void add_sessions(std::vector<Route>& routes) {
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/sessions",
                    .permission = Permission::signed_in(),
                    .summary = "Where you are signed in",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("SessionList"),
                    .handler = list_sessions,
                    .tag = std::string(k_tag),
                    .query = {user_parameter()},
                    .refusals = {404}});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/sessions/{id}",
                    .permission = Permission::signed_in(),
                    .summary = "One session",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Session"),
                    .handler = show_session,
                    .tag = std::string(k_tag),
                    .query = {user_parameter()}});
  routes.push_back({.method = "DELETE",
                    .pattern = "/api/v1/sessions/{id}",
                    .permission = Permission::signed_in(),
                    .summary = "End a session",
                    .request = Payload::none(),
                    .status = 204,
                    .reply = Payload::none(),
                    .handler = delete_session,
                    .tag = std::string(k_tag),
                    .query = {user_parameter()}});
}

}  // namespace

std::vector<Route> session_routes() {
  std::vector<Route> routes;
  add_signing_in(routes);
  add_sessions(routes);
  return routes;
}

}  // namespace kontor::api
