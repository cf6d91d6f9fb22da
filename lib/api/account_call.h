// A call about accounts whose answer waits for the hash of a password, or tells a browser its
// cookies.
#pragma once

#include <string>
#include <string_view>

#include "api/late_call.h"
#include "crm/accounts/sign_in.h"

namespace kontor::api {

class AccountCall : public LateCall {
 public:
  AccountCall(const Site& site, Call call, const http::Request& request);

 protected:
  // This, for who calls back later.
  template <class Self>
  std::shared_ptr<Self> self() {
    return std::static_pointer_cast<Self>(shared_from_this());
  }
  crm::Browser browser() const { return {.device = device_, .user_agent = user_agent_}; }
  const std::string& session_token() const { return session_; }
  // finish() with 201 and the cookies of a new session, or with what went wrong.
  void enter(Result<crm::SignedIn> entered);
  void add_session_cookie(http::Response& response, std::string_view token) const;
  void drop_session_cookie(http::Response& response) const;

 private:
  const bool is_plain_;
  const std::string session_, device_, user_agent_;
};

}  // namespace kontor::api
