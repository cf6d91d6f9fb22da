#include "api/second_factor_routes.h"

#include <memory>
#include <optional>
#include <utility>

#include "api/account_call.h"
#include "api/body_fields.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "crm/accounts/second_factor.h"
#include "crm/accounts/users.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;
using store::WriteTx;

using Codes = std::vector<std::string>;

// The factor is for signing in, so only who has signed in deals with it.
Result<std::int64_t> own_id(const Call& call) {
  const crm::Principal& who = *call.context.principal;
  if (who.kind == crm::Principal::Kind::session) return who.user_id;
  return Error{.code = Code::forbidden,
               .message = "Only who has signed in may do this, not a token or the program itself."};
}

std::string codes_json(const Codes& codes) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("recovery_codes").begin_array();
  for (const std::string& code : codes) out.string(code);
  out.end_array().end_object();
  return text;
}

Result<Response> show_factor(const Site&, ReadTx& tx, const Call& call) {
  const std::int64_t user_id = TRY(own_id(call));
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("active").boolean(crm::has_second_factor(tx, user_id));
  out.key("recovery_codes_left").integer(crm::count_recovery_codes(tx, user_id)).end_object();
  return json_reply(200, std::move(text));
}

// No handlers for writes: those keep their answer for a repeat, and these must be kept nowhere.
Result<Response> offer_factor(const Site& site, const Call& call) {
  const std::int64_t user_id = TRY(own_id(call));
  const crm::SecondFactors& factors = site.services.accounts.second_factors();
  const crm::FactorOffer offer =
      TRY(site.services.store.write([&](WriteTx& tx) { return factors.offer(tx, user_id); }));
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("secret").string(offer.secret).key("url").string(offer.url);
  out.key("qr_svg").string(offer.qr_svg).end_object();
  return json_reply(201, std::move(text));
}

Result<Response> renew_codes(const Site& site, const Call& call) {
  const std::int64_t user_id = TRY(own_id(call));
  const crm::SecondFactors& factors = site.services.accounts.second_factors();
  const Codes codes = TRY(site.services.store.write(
      [&](WriteTx& tx) { return factors.renew_recovery_codes(tx, call.context, user_id); }));
  return json_reply(201, codes_json(codes));
}

// Ends everything that is signed in, and goes on with a new session.
class ChangeFactor : public AccountCall {
 public:
  using AccountCall::AccountCall;

 protected:
  struct Changed {
    Codes codes = {};
    std::string session = {};
  };

  virtual Result<Codes> change(WriteTx& tx, std::int64_t user_id) = 0;
  virtual Response reply(const Codes& codes) const = 0;

  void write() {
    auto self = AccountCall::self<ChangeFactor>();
    const Result<void> queued = site_.services.store.write_later(
        [self](WriteTx& tx) { return self->run(tx); },
        [self](Result<Changed> changed) { self->conclude(std::move(changed)); });
    if (!queued.ok()) finish(queued.error());
  }

 private:
  Result<Changed> run(WriteTx& tx) {
    const std::int64_t user_id = TRY(own_id(call_));
    Changed changed;
    changed.codes = TRY(change(tx, user_id));
    const auto user = crm::find_user(tx, user_id);
    if (!user) return Error{.code = Code::not_found, .message = "There is no such user."};
    changed.session = site_.services.accounts.sessions()
                          .begin(tx, call_.context, *user, browser().user_agent)
                          .token;
    return changed;
  }

  void conclude(Result<Changed> changed) {
    if (!changed.ok()) return finish(std::move(changed).error());
    Response response = reply(changed->codes);
    add_session_cookie(response, changed->session);
    finish(std::move(response));
  }
};

class ConfirmFactor final : public ChangeFactor {
 public:
  using ChangeFactor::ChangeFactor;

 private:
  void begin() override {
    BodyFields fields(call_);
    code_ = fields.required_text("code");
    if (const auto verdict = fields.verdict(); !verdict.ok()) return finish(verdict.error());
    write();
  }

  Result<Codes> change(WriteTx& tx, std::int64_t user_id) override {
    return site_.services.accounts.second_factors().confirm(tx, call_.context, user_id, code_);
  }

  Response reply(const Codes& codes) const override { return json_reply(200, codes_json(codes)); }

  std::string code_;
};

class RemoveFactor final : public ChangeFactor {
 public:
  using ChangeFactor::ChangeFactor;

 private:
  void begin() override { write(); }

  Result<Codes> change(WriteTx& tx, std::int64_t user_id) override {
    if (crm::remove_second_factor(tx, call_.context, user_id)) return Codes();
    return Error{.code = Code::conflict,
                 .message = "There is no second factor.",
                 .kind = "no_second_factor"};
  }

  Response reply(const Codes&) const override { return {.status = 204}; }
};

template <class Kind>
std::shared_ptr<http::LateAnswer> make(const Site& site, Call call, const http::Request& request) {
  return std::make_shared<Kind>(site, std::move(call), request);
}

Route route(std::string_view method, std::string_view path, std::string summary, int status) {
  return {.method = method,
          .pattern = "/api/v1/me/" + std::string(path),
          .permission = Permission::signed_in(),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = Payload::none(),
          .handler = ReadHandler(show_factor),
          .tag = "Signing in",
          .refusals = {409, 507},
          .needs_confirmation = true,
          .before_second_factor = true};
}

}  // namespace

std::vector<Route> second_factor_routes() {
  std::vector<Route> routes;
  routes.push_back(route("GET", "totp", "Whether you have a second factor", 200));
  routes.back().reply = Payload::json("SecondFactor");
  routes.back().refusals.clear();
  routes.back().needs_confirmation = false;

  routes.push_back(route("POST", "totp", "Be offered a second factor", 201));
  routes.back().reply = Payload::json("SecondFactorOffer");
  routes.back().handler = DirectHandler(offer_factor);

  routes.push_back(route("POST", "totp/confirm", "Confirm it with a code of it", 200));
  routes.back().request = Payload::json("SecondFactorCode");
  routes.back().body_required = true;
  routes.back().reply = Payload::json("RecoveryCodes");
  routes.back().handler = LateHandler(make<ConfirmFactor>);
  routes.back().refusals.push_back(422);

  routes.push_back(route("DELETE", "totp", "Remove the second factor", 204));
  routes.back().handler = LateHandler(make<RemoveFactor>);

  routes.push_back(route("POST", "recovery-codes", "Make new recovery codes", 201));
  routes.back().reply = Payload::json("RecoveryCodes");
  routes.back().handler = DirectHandler(renew_codes);
  return routes;
}

}  // namespace kontor::api
