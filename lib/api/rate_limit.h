// How many requests a caller may make: by API token, by user, and by address for those who are
// nobody yet. The headers are those of draft-ietf-httpapi-ratelimit-headers.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/gcra.h"

namespace kontor::api {

// Who is counted. An IPv4 address stands for itself, an IPv6 address for its /64, which is what one
// customer of a provider has.
struct RateKey {
  enum class Kind : std::uint8_t { none, token, user, address };
  Kind kind = Kind::none;
  std::uint64_t value = 0;

  static RateKey token(std::int64_t id);
  static RateKey user(std::int64_t id);
  static RateKey address(std::string_view ip);
  bool operator==(const RateKey&) const = default;
};

// Thread-safe. A table of fixed size: when it is full, those give way whose quota is nearest to
// whole, so a flood of new addresses frees nobody who is held back.
class RateLimits {
 public:
  // `per_minute`: of a token, the setting rate_limit; 0: no limits. Users in a browser and
  // addresses have multiples of it (limits.h).
  explicit RateLimits(std::int64_t per_minute);
  ~RateLimits();
  RateLimits(const RateLimits&) = delete;
  RateLimits& operator=(const RateLimits&) = delete;

  bool is_off() const { return per_minute_ == 0; }
  std::int64_t quota(RateKey::Kind kind) const;
  Gcra::Outcome take(const RateKey& key, int cost, std::int64_t now_ms);

 private:
  struct Entry {
    RateKey key;
    std::int64_t full_at_ns = 0;
  };
  static constexpr std::size_t k_ways = 8;
  using Set = std::array<Entry, k_ways>;

  Entry& entry_of(Set& set, const RateKey& key) const;

  std::int64_t per_minute_;
  std::vector<Set> sets_;
  std::vector<std::mutex> locks_;  // of the sets whose number has the same last bits
};

// RateLimit-Policy: `"token";q=100;w=60`.
std::string policy_text(RateKey::Kind kind, std::int64_t quota);
// RateLimit: `"token";r=99;t=1`.
std::string limit_text(RateKey::Kind kind, const Gcra::Outcome& outcome);
// Retry-After, in whole seconds, at least one.
std::string retry_text(const Gcra::Outcome& outcome);

}  // namespace kontor::api
