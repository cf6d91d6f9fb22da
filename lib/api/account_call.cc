#include "api/account_call.h"

#include <utility>

#include "api/credentials.h"
#include "api/replies.h"
#include "base/civil.h"
#include "base/json_writer.h"

namespace kontor::api {
namespace {

std::string signed_in_json(const crm::SignedIn& entered) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("user");
  crm::write_json(out, entered.user);
  out.key("session_id").string(entered.session.id.text());
  out.key("expires_at").string(format_instant(entered.session.ends_at_ms));
  out.key("ended_sessions").integer(entered.session.ended).end_object();
  return text;
}

}  // namespace

AccountCall::AccountCall(const Site& site, Call call, const http::Request& request)
    : LateCall(site, std::move(call), request),
      is_plain_(is_plain(request)),
      session_(credentials_of(request).session),
      device_(device_of(request)),
      user_agent_(request.header("User-Agent")) {}

void AccountCall::enter(Result<crm::SignedIn> entered) {
  if (!entered.ok()) return finish(std::move(entered).error());
  http::Response response = json_reply(201, signed_in_json(*entered));
  response.with("Location", "/api/v1/sessions/" + entered->session.id.text());
  add_session_cookie(response, entered->session.token);
  response.with("Set-Cookie", device_cookie(is_plain_, entered->device));
  finish(std::move(response));
}

void AccountCall::add_session_cookie(http::Response& response, std::string_view token) const {
  response.with("Set-Cookie", session_cookie(is_plain_, token));
}

// Not "cookies": that would also take the one by which the account knows this browser again.
void AccountCall::drop_session_cookie(http::Response& response) const {
  response.with("Set-Cookie", no_session_cookie(is_plain_));
  response.with("Clear-Site-Data", R"("cache", "storage")");
}

}  // namespace kontor::api
