#include "api/cross_site.h"

#include <catch_amalgamated.hpp>

namespace kontor::api {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr Credentials k_cookie{.session = "s"};
constexpr Credentials k_token{.bearer = "kontor_x"};

http::Request request(Fields headers, std::string_view method = "POST", bool secure = true) {
  http::Request made;
  made.method = method;
  made.headers = std::move(headers);
  made.headers.emplace_back("Host", "crm.example.com");
  made.secure = secure;
  return made;
}

bool passes(Fields headers, const Credentials& credentials = k_cookie) {
  return refuse_other_sites(request(std::move(headers)), credentials).ok();
}

TEST_CASE("a change on behalf of a cookie comes from our own pages, by what the browser says") {
  CHECK(passes({{"Sec-Fetch-Site", "same-origin"}}));
  CHECK(passes({{"Sec-Fetch-Site", "none"}}));
  for (const char* other : {"cross-site", "same-site", "SAME-ORIGIN", "same-origin, none", "x"})
    CHECK_FALSE(passes({{"sec-fetch-site", other}}));
  // Fetch Metadata is stronger than what stands in Origin.
  CHECK_FALSE(passes({{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://crm.example.com"}}));
}

TEST_CASE("an old browser's Origin or Referer must be this very origin") {
  CHECK(passes({{"Origin", "https://crm.example.com"}}));
  CHECK(passes({{"Origin", "https://CRM.example.com:443"}}));
  CHECK(passes({{"Referer", "https://crm.example.com/customers?q=x"}}));
  for (const char* other :
       {"http://crm.example.com", "https://crm.example.com:8443", "https://evil.example",
        "https://crm.example.com.evil.example", "https://evilcrm.example.com",
        "https://crm.example.com@evil.example", "null", "https://", "crm.example.com"})
    CHECK_FALSE(passes({{"Origin", other}}));
  CHECK_FALSE(passes({{"Referer", "https://evil.example/https://crm.example.com"}}));
  CHECK_FALSE(passes({{"Origin", "null"}, {"Referer", "https://crm.example.com/"}}));
}

TEST_CASE("a cookie without any signal is refused; without a cookie nobody is spoken for") {
  CHECK_FALSE(passes({}));
  CHECK(passes({}, {}));
  CHECK_FALSE(passes({{"Sec-Fetch-Site", "cross-site"}}, {}));  // the log-in of another's account
  CHECK_FALSE(passes({{"Origin", "https://evil.example"}}, {}));
}

TEST_CASE("reading and calls with a token are no business of this rule") {
  CHECK(passes({{"Sec-Fetch-Site", "cross-site"}}, k_token));
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    CHECK(refuse_other_sites(request({{"Sec-Fetch-Site", "cross-site"}}, method), k_cookie).ok());
  for (const char* method : {"POST", "PATCH", "DELETE", "PUT"})
    CHECK_FALSE(
        refuse_other_sites(request({{"Sec-Fetch-Site", "cross-site"}}, method), k_cookie).ok());
}

TEST_CASE("what carries a cookie never looks like a form") {
  for (const char* form : {"text/plain", "Text/Plain; charset=utf-8", "multipart/form-data",
                           "application/x-www-form-urlencoded"})
    CHECK_FALSE(passes({{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", form}}));
  CHECK(passes({{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}}));
}

TEST_CASE("only listed origins are let in, by their exact name, and never everybody") {
  const CorsOrigins cors({"https://Shop.example.com:443", "http://localhost:3000"});
  const auto allowed = [&](const char* origin) {
    const auto headers = cors.headers_for(request({{"Origin", origin}}));
    for (const auto& [name, value] : headers)
      if (name == "Access-Control-Allow-Origin") return value;
    return std::string();
  };
  CHECK(allowed("https://shop.example.com") == "https://shop.example.com");
  CHECK(allowed("http://localhost:3000") == "http://localhost:3000");
  for (const char* other : {"http://shop.example.com", "https://shop.example.com:8443", "null", "*",
                            "https://shop.example.com.evil.example", "http://localhost"})
    CHECK(allowed(other).empty());
  CHECK(cors.headers_for(request({})).front() ==
        std::pair<std::string, std::string>("Vary", "Origin"));
  CHECK(CorsOrigins({}).headers_for(request({{"Origin", "https://x.example"}})).empty());
}

}  // namespace
}  // namespace kontor::api
