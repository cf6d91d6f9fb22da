#include "api/me_routes.h"

#include <memory>
#include <optional>
#include <utility>

#include "api/account_call.h"
#include "api/body_fields.h"
#include "api/etag.h"
#include "api/replies.h"
#include "api/site.h"
#include "api/user_json.h"
#include "base/limits.h"
#include "crm/accounts/accounts.h"
#include "crm/accounts/passwords.h"
#include "crm/accounts/users.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

Result<crm::User> own_user(ReadTx& tx, const Call& call) {
  auto user = crm::find_user(tx, call.context.principal->user_id);
  if (user) return *std::move(user);
  return Error{.code = Code::not_found, .message = "There is no such user."};
}

Result<Response> show_me(const Site&, ReadTx& tx, const Call& call) {
  const crm::User user = TRY(own_user(tx, call));
  return json_reply(200, me_json(user, *call.context.principal));
}

// Name, language and the like at once; a password after its hash is made.
class ChangeMe final : public AccountCall {
 public:
  using AccountCall::AccountCall;

 private:
  struct Changed {
    crm::User user;
    std::string session;  // token of the session that goes on; empty: the one there is
  };

  void begin() override {
    BodyFields fields(call_);
    change_.name = fields.text("name");
    change_.language = fields.text("language");
    change_.timezone = fields.text("timezone");
    change_.preferences = fields.object("preferences");
    password_ = fields.text("password").value_or("");
    current_ = fields.text("current_password").value_or("");
    if (!password_.empty() && call_.context.principal->kind == crm::Principal::Kind::token)
      fields.add_error("password", "not_by_token", "A password is changed by who has signed in.");
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    password_.empty() ? write() : hash();
  }

  void hash() {
    auto self = AccountCall::self<ChangeMe>();
    site_.services.accounts.sign_in().new_own_password(
        {.password = password_, .current = current_, .context = call_.context},
        [self](Result<std::string> hash) {
          if (!hash.ok()) return self->finish(std::move(hash).error());
          self->hash_ = *std::move(hash);
          self->write();
        });
  }

  void write() {
    auto self = AccountCall::self<ChangeMe>();
    const Result<void> queued = site_.services.store.write_later(
        [self](WriteTx& tx) { return self->change(tx); },
        [self](Result<Changed> changed) { self->conclude(std::move(changed)); });
    if (!queued.ok()) finish(queued.error());
  }

  Result<Changed> change(WriteTx& tx) {
    const crm::User before = TRY(own_user(tx, call_));
    Changed changed;
    changed.user = TRY(crm::change_user(tx, call_.context, before, change_));
    if (hash_.empty()) return changed;
    const crm::Accounts& accounts = site_.services.accounts;
    changed.user = TRY(
        crm::set_password(tx, call_.context, changed.user, hash_, accounts.settings().passwords));
    changed.session =
        accounts.sessions().begin(tx, call_.context, changed.user, browser().user_agent).token;
    return changed;
  }

  void conclude(Result<Changed> changed) {
    if (!changed.ok()) return finish(std::move(changed).error());
    Response response = json_reply(200, me_json(changed->user, *call_.context.principal));
    if (!changed->session.empty()) add_session_cookie(response, changed->session);
    finish(std::move(response));
  }

  crm::UserChange change_;
  std::string password_, current_, hash_;
};

std::shared_ptr<http::LateAnswer> change_me(const Site& site, Call call,
                                            const http::Request& request) {
  return std::make_shared<ChangeMe>(site, std::move(call), request);
}

}  // namespace

std::vector<Route> me_routes() {
  std::vector<Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/me",
                    .permission = Permission::signed_in(),
                    .summary = "Who you are, and what you may do",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Me"),
                    .handler = show_me,
                    .tag = "Signing in",
                    .refusals = {404},
                    .before_second_factor = true});
  routes.push_back({.method = "PATCH",
                    .pattern = "/api/v1/me",
                    .permission = Permission::signed_in(),
                    .summary = "Change your own account",
                    .request = Payload::json("MePatch"),
                    .status = 200,
                    .reply = Payload::json("Me"),
                    .handler = change_me,
                    .tag = "Signing in",
                    .body_required = true,
                    .refusals = {404, 409, 422, 507},
                    .before_second_factor = true});
  return routes;
}

}  // namespace kontor::api
