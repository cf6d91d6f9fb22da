#include "api/credentials.h"

#include <algorithm>
#include <array>

#include "http/forwarded.h"
#include "http/tokens.h"

namespace kontor::api {
namespace {

// The prefix makes browsers refuse the cookie unless it is Secure, for "/" and of this very host
// (RFC 6265bis 4.1.3): no other host of the domain can plant one.
constexpr std::array<std::string_view, 2> k_session = {"__Host-kontor", "kontor_session"};
constexpr std::array<std::string_view, 2> k_device = {"__Host-kontor_device", "kontor_device"};
constexpr std::string_view k_bearer = "Bearer ";
constexpr std::string_view k_year_s = "31536000";

struct Found {
  std::string_view value;
  int count = 0;
};

void look_into(std::string_view pairs, std::string_view name, Found& found) {
  while (!pairs.empty()) {
    const std::size_t end = std::min(pairs.find(';'), pairs.size());
    const std::string_view pair = http::trim_blanks(pairs.substr(0, end));
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    found.value = pair.substr(equals + 1);
    ++found.count;
  }
}

Found find_cookie(const http::Request& request, std::string_view name) {
  Found found;
  for (const auto& [key, value] : request.headers)
    if (http::equals_ignoring_case(key, "Cookie")) look_into(value, name, found);
  return found;
}

std::string cookie(bool plain, const std::array<std::string_view, 2>& names, std::string_view value,
                   std::string_view max_age_s) {
  std::string text(names.at(plain ? 1 : 0));
  text.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax");
  if (!plain) text.append("; Secure");
  if (!max_age_s.empty()) text.append("; Max-Age=").append(max_age_s);
  return text;
}

bool is_bearer(std::string_view authorization) {
  return http::equals_ignoring_case(authorization.substr(0, k_bearer.size()), k_bearer);
}

}  // namespace

bool is_plain(const http::Request& request) {
  return !request.secure && http::is_loopback_ip(request.peer_ip) &&
         !http::is_forwarded(request.headers);
}

Credentials credentials_of(const http::Request& request) {
  const Found session = find_cookie(request, k_session.at(is_plain(request) ? 1 : 0));
  Credentials credentials{.session = session.value};
  int shown = session.count;
  for (const auto& [key, value] : request.headers) {
    if (!http::equals_ignoring_case(key, "Authorization") || !is_bearer(value)) continue;
    credentials.bearer = http::trim_blanks(value.substr(k_bearer.size()));
    ++shown;
  }
  credentials.is_ambiguous = shown > 1;
  return credentials;
}

std::string_view device_of(const http::Request& request) {
  return find_cookie(request, k_device.at(is_plain(request) ? 1 : 0)).value;
}

std::string_view cookie_of(const http::Request& request, std::string_view name) {
  return find_cookie(request, name).value;
}

std::string session_cookie(bool plain, std::string_view token) {
  return cookie(plain, k_session, token, {});
}

std::string device_cookie(bool plain, std::string_view token) {
  return cookie(plain, k_device, token, k_year_s);
}

std::string no_session_cookie(bool plain) { return cookie(plain, k_session, {}, "0"); }

}  // namespace kontor::api
