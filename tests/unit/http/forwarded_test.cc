// What is believed of proxies.
#include "http/forwarded.h"

#include <catch_amalgamated.hpp>

namespace kontor::http {
namespace {

TrustedProxies trusting(const std::vector<std::string>& networks) {
  return *TrustedProxies::make(networks);
}

std::string client_of(const TrustedProxies& proxies, std::string_view peer, const Fields& fields) {
  const auto origin = proxies.origin(peer, fields);
  return origin ? origin->ip : "the peer";
}

TEST_CASE("without trusted proxies nobody is believed", "[forwarded]") {
  CHECK_FALSE(trusting({}).origin("127.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}}));
}

TEST_CASE("only a trusted peer is believed", "[forwarded]") {
  const auto proxies = trusting({"127.0.0.1", "10.0.0.0/8", "2001:db8::/33"});
  const Fields fields = {{"x-forwarded-for", "192.0.2.7"}};
  CHECK(client_of(proxies, "127.0.0.1", fields) == "192.0.2.7");
  CHECK(client_of(proxies, "10.255.0.1", fields) == "192.0.2.7");
  CHECK(client_of(proxies, "2001:db8:7fff::1", fields) == "192.0.2.7");
  CHECK(client_of(proxies, "unix", fields) == "192.0.2.7");
  CHECK(client_of(proxies, "127.0.0.2", fields) == "the peer");
  CHECK(client_of(proxies, "11.0.0.1", fields) == "the peer");
  CHECK(client_of(proxies, "2001:db8:8000::1", fields) == "the peer");
}

TEST_CASE("what stands before the first stranger from the right is not believed", "[forwarded]") {
  const auto proxies = trusting({"127.0.0.1", "10.0.0.0/8"});
  CHECK(client_of(proxies, "127.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 198.51.100.4, 10.0.0.9"}}) ==
        "198.51.100.4");
  CHECK(client_of(proxies, "127.0.0.1",
                  {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "198.51.100.4"}}) ==
        "198.51.100.4");
}

TEST_CASE("ports are left out, nonsense ends the search", "[forwarded]") {
  const auto proxies = trusting({"127.0.0.1"});
  const auto one = [&](std::string_view text) {
    return client_of(proxies, "127.0.0.1", {{"X-Forwarded-For", text}});
  };
  CHECK(one("192.0.2.7:5000") == "192.0.2.7");
  CHECK(one("[2001:db8::7]:5000") == "2001:db8::7");
  CHECK(one("2001:db8::7") == "2001:db8::7");
  CHECK(one("unknown") == "127.0.0.1");
  CHECK(one("") == "127.0.0.1");
  CHECK(one("[") == "127.0.0.1");
  CHECK(one("192.0.2.7, <script>") == "127.0.0.1");
}

TEST_CASE("the last proxy says whether the client spoke TLS", "[forwarded]") {
  const auto proxies = trusting({"127.0.0.1"});
  CHECK(proxies.origin("127.0.0.1", {{"X-Forwarded-Proto", "https"}})->secure);
  CHECK_FALSE(proxies.origin("127.0.0.1", {{"X-Forwarded-Proto", "https, http"}})->secure);
  CHECK_FALSE(proxies.origin("127.0.0.1", {})->secure);
}

TEST_CASE("a block must be one", "[forwarded]") {
  CHECK_FALSE(TrustedProxies::make({"10.0.0.0/33"}).ok());
  CHECK_FALSE(TrustedProxies::make({"proxy.example.com"}).ok());
  CHECK(client_of(trusting({"0.0.0.0/0"}), "203.0.113.9", {{"X-Forwarded-For", "::1"}}) == "::1");
}

TEST_CASE("a proxy leaves marks", "[forwarded]") {
  CHECK(is_forwarded({{"Host", "a"}, {"x-forwarded-for", "192.0.2.7"}}));
  CHECK(is_forwarded({{"Forwarded", "for=192.0.2.7"}}));
  CHECK(is_forwarded({{"via", "1.1 caddy"}}));
  CHECK(is_forwarded({{"X-Real-IP", "192.0.2.7"}}));
  CHECK_FALSE(is_forwarded({{"Host", "a"}, {"X-Request-Id", "12345678"}}));
  CHECK(is_loopback_ip("127.3.0.1"));
  CHECK(is_loopback_ip("unix"));
  CHECK_FALSE(is_loopback_ip("128.0.0.1"));
}

}  // namespace
}  // namespace kontor::http
