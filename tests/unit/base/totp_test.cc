#include "base/totp.h"

#include <catch_amalgamated.hpp>
#include <utility>

using namespace kontor;

namespace {

constexpr std::string_view k_seed = "12345678901234567890";  // RFC 6238, appendix B

constexpr std::int64_t k_now_ms = 1'111'111'111'000;
const std::int64_t k_now = totp_step(k_now_ms);

}  // namespace

TEST_CASE("one-time codes are those of RFC 6238") {
  // Its table has eight digits; six are the last ones of them.
  for (const auto& [seconds, code] :
       std::initializer_list<std::pair<std::int64_t, const char*>>{{59, "287082"},
                                                                   {1'111'111'109, "081804"},
                                                                   {1'111'111'111, "050471"},
                                                                   {1'234'567'890, "005924"},
                                                                   {2'000'000'000, "279037"},
                                                                   {20'000'000'000, "353130"}}) {
    CAPTURE(seconds);
    CHECK(totp_code(k_seed, totp_step(seconds * 1000)) == code);
  }
}

TEST_CASE("one-time codes by their counter are those of RFC 4226") {
  CHECK(totp_code(k_seed, 0) == "755224");
  CHECK(totp_code(k_seed, 9) == "520489");
}

TEST_CASE("a clock may be wrong by one step and no more") {
  const auto accepts = [](std::int64_t step) {
    return find_totp_step(k_seed, totp_code(k_seed, step), k_now_ms, 0);
  };
  CHECK(accepts(k_now) == k_now);
  CHECK(accepts(k_now - 1) == k_now - 1);
  CHECK(accepts(k_now + 1) == k_now + 1);
  CHECK_FALSE(accepts(k_now - 2));
  CHECK_FALSE(accepts(k_now + 2));
}

TEST_CASE("a code counts once, and none before it counts any more") {
  const auto accepts = [](std::int64_t step, std::int64_t last) {
    return find_totp_step(k_seed, totp_code(k_seed, step), k_now_ms, last).has_value();
  };
  CHECK(accepts(k_now, k_now - 1));
  CHECK_FALSE(accepts(k_now, k_now));
  CHECK_FALSE(accepts(k_now - 1, k_now));
  CHECK(accepts(k_now + 1, k_now));
}

TEST_CASE("what is no code of six digits is none") {
  const std::string code = totp_code(k_seed, k_now);
  CHECK(find_totp_step(k_seed, code.substr(0, 3) + " " + code.substr(3), k_now_ms, 0));
  for (const std::string& text :
       {std::string(), code.substr(1), code + "0", std::string("000000"), std::string(10'000, '1')})
    CHECK_FALSE(find_totp_step(k_seed, text, k_now_ms, 0));
}

TEST_CASE("an authenticator app is told seed, firm and account") {
  CHECK(otpauth_url(k_seed, "Bún & Bánh", "an@example.com") ==
        "otpauth://totp/B%C3%BAn%20%26%20B%C3%A1nh:an%40example.com"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=B%C3%BAn%20%26%20B%C3%A1nh"
        "&algorithm=SHA1&digits=6&period=30");
}
