#include "api/user_routes.h"

#include <memory>
#include <optional>
#include <utility>

#include "api/account_call.h"
#include "api/body_fields.h"
#include "api/etag.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/accounts.h"
#include "crm/accounts/links.h"
#include "crm/accounts/lock_out.h"
#include "crm/accounts/management.h"
#include "crm/accounts/passwords.h"
#include "crm/accounts/second_factor.h"
#include "crm/accounts/users.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

constexpr std::string_view k_tag = "Users";

Response user_reply(int status, const crm::User& user) {
  Response response = json_reply(status, crm::to_json(user));
  return std::move(response.with("ETag", version_tag(user.version)));
}

Result<crm::User> wanted_user(ReadTx& tx, const Call& call) {
  const auto id = call.id();
  auto user = id ? crm::find_user(tx, *id) : std::nullopt;
  if (user) return *std::move(user);
  return Error{.code = Code::not_found, .message = "There is no user with this id."};
}

Result<Response> list_users(const Site&, ReadTx& tx, const Call& call) {
  const int limit = TRY(page_limit(call));
  const std::int64_t after = TRY(whole_parameter(call, "cursor", 0));
  std::vector<crm::User> users = crm::list_users(tx, after, limit + 1);
  const bool has_more = users.size() > static_cast<std::size_t>(limit);
  if (has_more) users.pop_back();
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::User& user : users) crm::write_json(out, user);
  out.end_array().key("has_more").boolean(has_more).key("next_cursor");
  has_more ? out.string(std::to_string(users.back().row_id)) : out.null();
  out.end_object();
  return json_reply(200, std::move(text));
}

Result<Response> show_user(const Site&, ReadTx& tx, const Call& call) {
  return user_reply(200, TRY(wanted_user(tx, call)));
}

std::optional<std::vector<Uuid>> read_teams(BodyFields& fields) {
  const auto texts = fields.texts("teams");
  if (!texts) return std::nullopt;
  std::vector<Uuid> teams;
  for (const std::string& text : *texts) {
    const auto team = Uuid::parse(text);
    if (!team) fields.add_error("teams", "invalid_id", "Teams are named by their ids.");
    teams.push_back(team.value_or(Uuid{}));
  }
  return teams;
}

class CreateUser final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  void begin() override {
    BodyFields fields(call_);
    wanted_.id = site_.services.ids.next();
    wanted_.email = fields.required_text("email");
    wanted_.name = fields.text("name").value_or("");
    wanted_.roles = fields.texts("roles").value_or(std::vector<std::string>{});
    wanted_.teams = read_teams(fields).value_or(std::vector<Uuid>{});
    wanted_.language = fields.text("language").value_or("");
    wanted_.timezone = fields.text("timezone").value_or("");
    password_ = fields.text("password").value_or("");
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    password_.empty() ? write() : hash();
  }

  void hash() {
    const auto self = AccountCall::self<CreateUser>();
    const Result<void> taken = site_.services.accounts.hasher().run([self] {
      auto hash = crm::new_password_hash(
          {.password = self->password_, .email = self->wanted_.email, .name = self->wanted_.name},
          self->site_.services.accounts.settings());
      if (!hash.ok()) return self->finish(std::move(hash).error());
      self->wanted_.password_hash = *std::move(hash);
      self->write();
    });
    if (!taken.ok()) finish(taken.error());
  }

  void write() {
    const auto self = AccountCall::self<CreateUser>();
    const Result<void> queued = site_.services.store.write_later(
        [self](WriteTx& tx) -> Result<crm::User> {
          const crm::Principal& who = *self->call_.context.principal;
          TRY(crm::check_may_grant(tx, who, self->wanted_.roles));
          if (!self->wanted_.teams.empty()) TRY(crm::check_may_form_teams(who));
          return crm::create_user(tx, self->call_.context, self->wanted_);
        },
        [self](Result<crm::User> made) { self->conclude(std::move(made)); });
    if (!queued.ok()) finish(queued.error());
  }

  void conclude(Result<crm::User> made) {
    if (!made.ok()) return finish(std::move(made).error());
    Response response = user_reply(201, *made);
    finish(std::move(response.with("Location", "/api/v1/users/" + made->id.text())));
  }

  crm::NewUser wanted_;
  std::string password_;
};

std::shared_ptr<http::LateAnswer> create_user(const Site& site, Call call,
                                              const http::Request& request) {
  return std::make_shared<CreateUser>(site, std::move(call), request);
}

std::optional<bool> read_status(BodyFields& fields) {
  const auto status = fields.text("status");
  if (!status) return std::nullopt;
  if (*status != "active" && *status != "disabled")
    fields.add_error("status", "invalid_choice", "Can be active or disabled.");
  return *status == "active";
}

Result<Response> change_user(const Site&, WriteTx& tx, const Call& call) {
  BodyFields fields(call);
  crm::UserChange change;
  change.email = fields.text("email");
  change.name = fields.text("name");
  change.roles = fields.texts("roles");
  change.teams = read_teams(fields);
  change.active = read_status(fields);
  change.language = fields.text("language");
  change.timezone = fields.text("timezone");
  TRY(fields.verdict());
  const crm::User before = TRY(wanted_user(tx, call));
  const crm::Principal& who = *call.context.principal;
  TRY(crm::check_may_manage(tx, who, before));
  if (change.roles) TRY(crm::check_may_grant(tx, who, *change.roles));
  if (change.teams) TRY(crm::check_may_form_teams(who));
  return user_reply(200, TRY(crm::change_user(tx, call.context, before, change, call.if_version)));
}

// The answer holds a secret, so it is kept for no Idempotency-Key.
Result<Response> make_link(const Site& site, const Call& call) {
  return site.services.store.write([&](WriteTx& tx) -> Result<Response> {
    const crm::User user = TRY(wanted_user(tx, call));
    TRY(crm::check_may_manage(tx, *call.context.principal, user));
    const crm::Link link =
        crm::make_sign_in_link(tx, user.row_id, call.context.now_ms, site.services.random);
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("token").string(link.token);
    out.key("path").string("/login?link=" + link.token);
    out.key("expires_at").string(format_instant(link.expires_at_ms)).end_object();
    return json_reply(201, std::move(text));
  });
}

Result<Response> unlock(const Site&, WriteTx& tx, const Call& call) {
  const crm::User user = TRY(wanted_user(tx, call));
  TRY(crm::check_may_manage(tx, *call.context.principal, user));
  crm::unlock_user(tx, user.row_id, user.email);
  return Response{.status = 204};
}

// For who has lost phone and recovery codes. Her sessions, tokens and links end with it, and by a
// link or her password she comes in again and takes another factor.
Result<Response> reset_second_factor(const Site&, WriteTx& tx, const Call& call) {
  // With one that leaked, links of the account would be all that is needed to be her.
  if (call.context.principal->kind == crm::Principal::Kind::token)
    return Error{.code = Code::forbidden,
                 .message = "A second factor is taken off by who has signed in, not by a token.",
                 .kind = "forbidden"};
  const crm::User user = TRY(wanted_user(tx, call));
  TRY(crm::check_may_manage(tx, *call.context.principal, user));
  if (!crm::remove_second_factor(tx, call.context, user.row_id))
    return Error{.code = Code::conflict,
                 .message = "The user has no second factor.",
                 .kind = "no_second_factor"};
  return Response{.status = 204};
}

Route row(std::string_view method, const std::string& path, std::string summary, Payload request,
          int status, Payload reply, RouteHandler handler) {
  return {.method = method,
          .pattern = "/api/v1/users" + path,
          .permission = Permission::flag(crm::Flag::users),
          .summary = std::move(summary),
          .request = std::move(request),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = std::string(k_tag),
          .needs_confirmation = method != "GET"};
}

}  // namespace

std::vector<Route> user_routes() {
  std::vector<Route> routes;
  routes.push_back(row("GET", "", "List users", Payload::none(), 200, Payload::json("UserList"),
                       ReadHandler(list_users)));
  routes.back().query = page_parameters();
  routes.push_back(row("POST", "", "Create a user", Payload::json("UserInput"), 201,
                       Payload::json("User"), LateHandler(create_user)));
  routes.back().body_required = true;
  routes.back().versioned = true;
  routes.back().refusals = {409, 422, 507};
  routes.push_back(row("GET", "/{id}", "Read a user", Payload::none(), 200, Payload::json("User"),
                       ReadHandler(show_user)));
  routes.back().versioned = true;
  routes.back().conditional = true;
  routes.push_back(row("PATCH", "/{id}", "Change a user, her roles, or whether she may sign in",
                       Payload::json("UserPatch"), 200, Payload::json("User"),
                       WriteHandler(change_user)));
  routes.back().body_required = true;
  routes.back().versioned = true;
  routes.back().conditional = true;
  routes.push_back(row("POST", "/{id}/link", "Make a link that signs a user in, once",
                       Payload::json("Nothing"), 201, Payload::json("SignInLink"),
                       DirectHandler(make_link)));
  routes.back().refusals = {503, 507};
  routes.push_back(row("POST", "/{id}/unlock", "Forget the failed sign-ins of a user",
                       Payload::json("Nothing"), 204, Payload::none(), WriteHandler(unlock)));
  routes.push_back(row("DELETE", "/{id}/totp",
                       "Remove the second factor of a user, and end all she has signed in with",
                       Payload::none(), 204, Payload::none(), WriteHandler(reset_second_factor)));
  routes.back().refusals = {409};
  return routes;
}

}  // namespace kontor::api
