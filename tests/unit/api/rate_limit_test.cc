#include "api/rate_limit.h"

#include <catch_amalgamated.hpp>

#include "base/limits.h"

namespace kontor::api {
namespace {

constexpr std::int64_t k_now_ms = 5'000'000;

bool take(RateLimits& limits, const RateKey& key, int cost = 1) {
  return limits.take(key, cost, k_now_ms).is_allowed;
}

int count_allowed(RateLimits& limits, const RateKey& key, int tries) {
  int allowed = 0;
  for (int i = 0; i < tries; ++i) allowed += take(limits, key) ? 1 : 0;
  return allowed;
}

TEST_CASE("tokens, users and addresses are counted apart, each by a quota of its kind") {
  RateLimits limits(3);
  CHECK(count_allowed(limits, RateKey::token(7), 10) == 3);
  CHECK(count_allowed(limits, RateKey::token(8), 10) == 3);
  CHECK(count_allowed(limits, RateKey::user(7), 200) == 3 * limits::rate_user_multiple);
  CHECK(count_allowed(limits, RateKey::address("192.0.2.1"), 200) ==
        3 * limits::rate_address_multiple);
}

TEST_CASE("an IPv6 caller is its /64, an IPv4 caller its address, however it is written") {
  CHECK(RateKey::address("2001:db8:1:2::1") == RateKey::address("2001:db8:1:2:ffff::9"));
  CHECK_FALSE(RateKey::address("2001:db8:1:2::1") == RateKey::address("2001:db8:1:3::1"));
  CHECK(RateKey::address("::ffff:192.0.2.1") == RateKey::address("192.0.2.1"));
  CHECK_FALSE(RateKey::address("192.0.2.1") == RateKey::address("192.0.2.2"));
}

TEST_CASE("a flood of new addresses takes no memory and frees nobody who is held back") {
  RateLimits limits(1);
  const RateKey held = RateKey::token(1);
  REQUIRE(take(limits, held));
  REQUIRE_FALSE(take(limits, held));
  for (std::int64_t i = 0; i < 200'000; ++i)
    limits.take(
        RateKey::address("10.0." + std::to_string(i / 250 % 250) + "." + std::to_string(i % 250)),
        1, k_now_ms);
  CHECK_FALSE(take(limits, held));
}

TEST_CASE("the headers say which limit, what is left, and when to come back") {
  RateLimits limits(100);
  const auto first = limits.take(RateKey::token(1), 1, k_now_ms);
  CHECK(policy_text(RateKey::Kind::token, limits.quota(RateKey::Kind::token)) ==
        R"("token";q=100;w=60)");
  CHECK(limit_text(RateKey::Kind::token, first) == R"("token";r=99;t=1)");
  const auto all = limits.take(RateKey::token(1), 99, k_now_ms);
  CHECK(limit_text(RateKey::Kind::token, all) == R"("token";r=0;t=60)");
  const auto refused = limits.take(RateKey::token(1), 10, k_now_ms);
  CHECK_FALSE(refused.is_allowed);
  CHECK(retry_text(refused) == "6");
}

TEST_CASE("off means off") { CHECK(RateLimits(0).is_off()); }

}  // namespace
}  // namespace kontor::api
