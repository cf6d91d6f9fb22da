#include "base/hmac_sha256.h"

#include <algorithm>
#include <array>
#include <string>

namespace kontor {
namespace {

constexpr std::size_t k_block = 64;  // of SHA-256
constexpr unsigned char k_inner = 0x36, k_outer = 0x5c;

std::string_view text_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT: bytes are bytes
}

std::string padded(std::string_view key, unsigned char with) {
  std::string block(k_block, '\0');
  std::copy(key.begin(), key.end(), block.begin());
  for (char& c : block) c = static_cast<char>(static_cast<unsigned char>(c) ^ with);
  return block;
}

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  const Sha256 short_key = key.size() > k_block ? sha256(key) : Sha256{};
  if (key.size() > k_block) key = text_of(short_key);
  const Sha256 inner = sha256(padded(key, k_inner).append(bytes));
  return sha256(padded(key, k_outer).append(text_of(inner)));
}

}  // namespace kontor
