#include "base/seal_key.h"

#include <sodium.h>

#include <algorithm>

#include "base/base32.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/sha256.h"

namespace kontor {
namespace {

constexpr std::string_view k_public = "kontor_pub_";
constexpr std::string_view k_secret = "kontor_key_";
constexpr std::size_t k_key_bytes = 32;
constexpr std::size_t k_check_bytes = 4;

static_assert(k_key_bytes == crypto_box_PUBLICKEYBYTES);
static_assert(k_key_bytes == crypto_box_SECRETKEYBYTES);

// Over the prefix too, so that neither half passes for the other.
std::string checksum_of(std::string_view prefix, std::string_view key) {
  const Sha256 digest = sha256(std::string(prefix).append(key));
  return {reinterpret_cast<const char*>(digest.data()), k_check_bytes};
}

std::string written(std::string_view prefix, std::string_view key) {
  return std::string(prefix) + to_base32(std::string(key) + checksum_of(prefix, key));
}

std::optional<std::string> read(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  auto bytes = from_base32(text.substr(prefix.size()));
  if (!bytes || bytes->size() != k_key_bytes + k_check_bytes) return std::nullopt;
  const std::string check = bytes->substr(k_key_bytes);
  bytes->resize(k_key_bytes);
  if (check != checksum_of(prefix, *bytes)) return std::nullopt;
  return bytes;
}

bool can_seal_to(const unsigned char* key) {
  std::array<unsigned char, crypto_box_SEALBYTES> nothing{};
  return crypto_box_seal(nothing.data(), nullptr, 0, key) == 0;
}

}  // namespace

std::optional<PublicSealKey> PublicSealKey::parse(std::string_view text) {
  CHECK(sodium_init() >= 0);
  const auto bytes = read(k_public, text);
  if (!bytes) return std::nullopt;
  std::array<unsigned char, k_bytes> key{};
  std::copy(bytes->begin(), bytes->end(), key.begin());
  if (!can_seal_to(key.data())) return std::nullopt;
  return PublicSealKey(key);
}

std::string PublicSealKey::text() const {
  return written(k_public, {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

std::string PublicSealKey::id() const {
  const Sha256 digest = sha256({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
  return {reinterpret_cast<const char*>(digest.data()), k_seal_id_bytes};
}

SecretSealKey SecretSealKey::make() {
  CHECK(sodium_init() >= 0);
  SecretSealKey key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  return key;
}

std::optional<SecretSealKey> SecretSealKey::parse(std::string_view text) {
  CHECK(sodium_init() >= 0);
  auto bytes = read(k_secret, text);
  if (!bytes) return std::nullopt;
  SecretSealKey key;
  std::copy(bytes->begin(), bytes->end(), key.bytes_.data());
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

PublicSealKey SecretSealKey::public_key() const {
  std::array<unsigned char, PublicSealKey::k_bytes> key{};
  CHECK(crypto_scalarmult_base(key.data(), bytes_.data()) == 0);
  return PublicSealKey(key);
}

std::string SecretSealKey::text() const { return written(k_secret, bytes_.view()); }

std::string shown_seal_id(std::string_view id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

Result<std::vector<SecretSealKey>> parse_key_file(std::string_view text, const std::string& place) {
  std::vector<SecretSealKey> keys;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto key = SecretSealKey::parse(line);
    if (!key) {
      return Error{.code = Code::usage,
                   .message = place + ", line " + std::to_string(number) +
                              ", is no secret key of a backup: those begin with kontor_key_.",
                   .kind = "bad_key_file",
                   .hint = "kontor backup key create --out FILE makes one"};
    }
    keys.push_back(*key);
  }
  return keys;
}

}  // namespace kontor
