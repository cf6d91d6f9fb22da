#include "base/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/base32.h"
#include "base/check.h"
#include "base/secret_compare.h"

namespace kontor {
namespace {

constexpr std::int64_t k_step_ms = 30'000;
constexpr std::int64_t k_skew_steps = 1;
constexpr std::size_t k_digits = 6;
constexpr std::uint32_t k_modulus = 1'000'000;
constexpr std::size_t k_digest_bytes = 20;
constexpr std::size_t k_counter_bytes = 8;

using Digest = std::array<std::uint8_t, k_digest_bytes>;

Digest hmac_of_step(std::string_view seed, std::int64_t step) {
  std::array<std::uint8_t, k_counter_bytes> counter{};
  auto rest = static_cast<std::uint64_t>(step);
  for (std::size_t i = counter.size(); i-- > 0; rest >>= 8U)
    counter[i] = static_cast<std::uint8_t>(rest);
  Digest digest{};
  unsigned int length = 0;
  CHECK(HMAC(EVP_sha1(), seed.data(), static_cast<int>(seed.size()), counter.data(), counter.size(),
             digest.data(), &length) != nullptr);
  CHECK(length == digest.size());
  return digest;
}

// RFC 4226 section 5.3: four bytes from a place that the digest itself names, without the sign bit.
std::uint32_t truncated(const Digest& digest) {
  const std::size_t at = digest.back() & 0x0FU;
  return (digest[at] & 0x7FU) << 24U | std::uint32_t{digest[at + 1]} << 16U |
         std::uint32_t{digest[at + 2]} << 8U | std::uint32_t{digest[at + 3]};
}

void append_escaped(std::string& url, std::string_view text) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<std::uint8_t>(c);
    if (is_plain) {
      url.push_back(c);
    } else {
      url.append({'%', k_hex[byte >> 4U], k_hex[byte & 0x0FU]});
    }
  }
}

}  // namespace

std::int64_t totp_step(std::int64_t now_ms) { return now_ms / k_step_ms; }

std::string totp_code(std::string_view seed, std::int64_t step) {
  const std::string digits = std::to_string(truncated(hmac_of_step(seed, step)) % k_modulus);
  return std::string(k_digits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> find_totp_step(std::string_view seed, std::string_view code,
                                           std::int64_t now_ms, std::int64_t last_step) {
  std::string typed(code);
  typed.erase(std::remove(typed.begin(), typed.end(), ' '), typed.end());
  const std::int64_t now = totp_step(now_ms);
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - k_skew_steps; step <= now + k_skew_steps; ++step) {
    const bool is_equal = equal_secrets(typed, totp_code(seed, step));
    if (is_equal && step > last_step) found = step;
  }
  return found;
}

std::string otpauth_url(std::string_view seed, std::string_view issuer, std::string_view account) {
  std::string url = "otpauth://totp/";
  append_escaped(url, issuer);
  url += ':';
  append_escaped(url, account);
  url.append("?secret=").append(to_base32(seed)).append("&issuer=");
  append_escaped(url, issuer);
  return url.append("&algorithm=SHA1&digits=6&period=30");
}

}  // namespace kontor
