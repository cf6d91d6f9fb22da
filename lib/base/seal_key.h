// Key pairs of X25519 to whose public half anyone seals what the secret half alone opens, and how
// both are written: kontor_pub_… and kontor_key_…, in base 32 with a checksum, so that a mistyped
// one is no key.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret_bytes.h"

namespace kontor {

inline constexpr std::size_t k_seal_id_bytes = 8;

// May be shown to anyone.
class PublicSealKey {
 public:
  static constexpr std::size_t k_bytes = 32;

  explicit PublicSealKey(const std::array<unsigned char, k_bytes>& bytes) : bytes_(bytes) {}

  // nullopt: no such text, or a point that nothing can be sealed to.
  static std::optional<PublicSealKey> parse(std::string_view text);

  std::string text() const;
  // k_seal_id_bytes by which the pair is known again, as they are; of the public half alone.
  std::string id() const;
  const unsigned char* data() const { return bytes_.data(); }
  bool operator==(const PublicSealKey&) const = default;

 private:
  std::array<unsigned char, k_bytes> bytes_;
};

class SecretSealKey {
 public:
  // From the kernel's randomness.
  static SecretSealKey make();
  static std::optional<SecretSealKey> parse(std::string_view text);

  PublicSealKey public_key() const;
  // A secret.
  std::string text() const;
  const unsigned char* data() const { return bytes_.data(); }

 private:
  SecretBytes<32> bytes_;
};

// Hexadecimal digits of an id, for people.
std::string shown_seal_id(std::string_view id);

// The secret keys in a text of one a line; empty lines and those that begin with "#" are left out.
// Code::usage, naming `place` and the line and never its content, if another line is none.
Result<std::vector<SecretSealKey>> parse_key_file(std::string_view text, const std::string& place);

}  // namespace kontor
