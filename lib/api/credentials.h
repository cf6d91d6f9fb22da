// What a request shows to say who sends it: a cookie of a browser that has signed in, or a token.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::api {

// Whether cookies go the plain way: over HTTP from this machine, and through no proxy. Then they
// have another name and no Secure, so that neither is ever taken for the other.
bool is_plain(const http::Request& request);

struct Credentials {
  std::string_view session;   // value of the session's cookie; empty: none
  std::string_view bearer;    // the token behind "Bearer "; empty: none
  bool is_ambiguous = false;  // several of them
  bool is_empty() const { return session.empty() && bearer.empty() && !is_ambiguous; }
};

// Views into the request. An Authorization of another kind is none of our business: a proxy may
// have asked for it.
Credentials credentials_of(const http::Request& request);

// The cookie by which an account knows a browser again that has signed in before.
std::string_view device_of(const http::Request& request);

// A cookie that says no more than what somebody likes, such as the theme; empty: none.
std::string_view cookie_of(const http::Request& request, std::string_view name);

// Values of Set-Cookie; `plain` as is_plain() of the request. A session ends with the browser or by
// the server; a device is known for a year.
std::string session_cookie(bool plain, std::string_view token);
std::string device_cookie(bool plain, std::string_view token);
std::string no_session_cookie(bool plain);

}  // namespace kontor::api
