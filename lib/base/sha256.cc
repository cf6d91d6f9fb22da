#include "base/sha256.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace kontor {

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  unsigned int length = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  CHECK(length == digest.size());
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  constexpr char k_hex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : sha256(bytes)) {
    text.push_back(k_hex[byte >> 4]);
    text.push_back(k_hex[byte & 0x0F]);
  }
  return text;
}

}  // namespace kontor
