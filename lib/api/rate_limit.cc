#include "api/rate_limit.h"

#include <algorithm>

#include "base/limits.h"
#include "http/socket_address.h"

namespace kontor::api {
namespace {

constexpr std::size_t k_sets = 2048;  // with eight entries each: 16,384 callers, 390 KiB
constexpr std::size_t k_locks = 64;
constexpr std::int64_t k_second_ns = 1'000'000'000;
constexpr std::int64_t k_window_s = 60;

// The finaliser of MurmurHash3: neighbours, such as ids, spread over all sets.
std::uint64_t mixed(const RateKey& key) {
  std::uint64_t bits = key.value ^ (static_cast<std::uint64_t>(key.kind) << 56U);
  bits = (bits ^ (bits >> 33U)) * 0xff51afd7ed558ccdULL;
  bits = (bits ^ (bits >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
  return bits ^ (bits >> 33U);
}

std::string_view name_of(RateKey::Kind kind) {
  switch (kind) {
    case RateKey::Kind::token: return "token";
    case RateKey::Kind::user: return "user";
    default: return "address";
  }
}

std::string seconds_up(std::int64_t ns) {
  return std::to_string((ns + k_second_ns - 1) / k_second_ns);
}

}  // namespace

RateKey RateKey::token(std::int64_t id) { return {Kind::token, static_cast<std::uint64_t>(id)}; }

RateKey RateKey::user(std::int64_t id) { return {Kind::user, static_cast<std::uint64_t>(id)}; }

RateKey RateKey::address(std::string_view ip) { return {Kind::address, http::client_number(ip)}; }

RateLimits::RateLimits(std::int64_t per_minute)
    : per_minute_(per_minute), sets_(per_minute == 0 ? 0 : k_sets), locks_(k_locks) {}

RateLimits::~RateLimits() = default;

std::int64_t RateLimits::quota(RateKey::Kind kind) const {
  switch (kind) {
    case RateKey::Kind::user: return per_minute_ * limits::rate_user_multiple;
    case RateKey::Kind::address: return per_minute_ * limits::rate_address_multiple;
    default: return per_minute_;
  }
}

RateLimits::Entry& RateLimits::entry_of(Set& set, const RateKey& key) const {
  const auto own =
      std::find_if(set.begin(), set.end(), [&](const Entry& entry) { return entry.key == key; });
  if (own != set.end()) return *own;
  Entry& oldest = *std::min_element(set.begin(), set.end(), [](const Entry& a, const Entry& b) {
    return a.full_at_ns < b.full_at_ns;
  });
  oldest = {.key = key};
  return oldest;
}

Gcra::Outcome RateLimits::take(const RateKey& key, int cost, std::int64_t now_ms) {
  const std::size_t number = mixed(key) % k_sets;
  const std::lock_guard lock(locks_[number % k_locks]);
  Entry& entry = entry_of(sets_[number], key);
  const Gcra limit{.quota = quota(key.kind), .window_ns = k_window_s * k_second_ns};
  return limit.take(entry.full_at_ns, now_ms * 1'000'000, cost);
}

std::string policy_text(RateKey::Kind kind, std::int64_t quota) {
  return std::string("\"").append(name_of(kind)) + "\";q=" + std::to_string(quota) +
         ";w=" + std::to_string(k_window_s);
}

std::string limit_text(RateKey::Kind kind, const Gcra::Outcome& outcome) {
  return std::string("\"").append(name_of(kind)) + "\";r=" + std::to_string(outcome.remaining) +
         ";t=" + seconds_up(outcome.full_ns);
}

std::string retry_text(const Gcra::Outcome& outcome) {
  return seconds_up(std::max<std::int64_t>(1, outcome.wait_ns));
}

}  // namespace kontor::api
