#include "api/credentials.h"

#include <catch_amalgamated.hpp>

namespace kontor::api {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

http::Request request(Fields headers, bool secure = true, std::string peer = "192.0.2.1") {
  http::Request made;
  made.headers = std::move(headers);
  made.secure = secure;
  made.peer_ip = std::move(peer);
  return made;
}

TEST_CASE("the session is the cookie of its name, wherever it stands") {
  CHECK(credentials_of(request({{"Cookie", "a=1; __Host-kontor=abc; b=2"}})).session == "abc");
  CHECK(credentials_of(request({{"cookie", "__Host-kontor=abc"}})).session == "abc");
  CHECK(credentials_of(request({{"Cookie", "x__Host-kontor=abc"}})).session.empty());
  CHECK(credentials_of(request({{"Cookie", "__host-kontor=abc"}})).session.empty());
  CHECK(credentials_of(request({})).is_empty());
}

TEST_CASE("the cookies of plain HTTP on this machine and of the world are never mixed") {
  const Fields both = {{"Cookie", "__Host-kontor=far; kontor_session=near"}};
  CHECK(credentials_of(request(both)).session == "far");
  CHECK(credentials_of(request(both, false)).session == "far");
  CHECK(credentials_of(request(both, false, "127.0.0.1")).session == "near");
  CHECK(credentials_of(request(both, true, "127.0.0.1")).session == "far");
  Fields proxied = both;
  proxied.emplace_back("X-Forwarded-For", "192.0.2.9");
  CHECK(credentials_of(request(proxied, false, "127.0.0.1")).session == "far");
}

TEST_CASE("one who shows two things is nobody") {
  CHECK(credentials_of(request({{"Cookie", "__Host-kontor=a; __Host-kontor=b"}})).is_ambiguous);
  CHECK(
      credentials_of(request({{"Cookie", "__Host-kontor=a"}, {"Authorization", "Bearer kontor_b"}}))
          .is_ambiguous);
  CHECK(credentials_of(request({{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}}))
            .is_ambiguous);
}

TEST_CASE("a token stands behind Bearer; what a proxy asked for is not ours") {
  CHECK(credentials_of(request({{"Authorization", "bearer  kontor_x"}})).bearer == "kontor_x");
  CHECK(credentials_of(request({{"Authorization", "Basic dTpw"}})).is_empty());
  CHECK_FALSE(
      credentials_of(request({{"Cookie", "__Host-kontor=a"}, {"Authorization", "Basic dTpw"}}))
          .is_ambiguous);
}

TEST_CASE("cookies are out of reach of scripts and of other hosts") {
  CHECK(session_cookie(false, "t") == "__Host-kontor=t; Path=/; HttpOnly; SameSite=Lax; Secure");
  CHECK(session_cookie(true, "t") == "kontor_session=t; Path=/; HttpOnly; SameSite=Lax");
  CHECK(device_cookie(false, "d") ==
        "__Host-kontor_device=d; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=31536000");
  CHECK(no_session_cookie(false) ==
        "__Host-kontor=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

}  // namespace
}  // namespace kontor::api
