// Secrets that are kept, sealed with a key of the data directory: who has the database alone can
// neither read nor exchange them. XChaCha20-Poly1305 (libsodium) with a random nonce in front.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace kontor {

// 256 bits that leave memory with the value that holds them.
class SecretKey {
 public:
  static constexpr std::size_t k_bytes = 32;

  // `bytes` must be k_bytes long (CHECKed).
  explicit SecretKey(std::string_view bytes);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  // Another key that tells nothing of this one, by keyed BLAKE2b. Each use of a key has its own
  // `purpose`, a constant of the program.
  SecretKey derive(std::string_view purpose) const;

  // `bound_to` says what it belongs to, such as the user's id: what was sealed for another cannot
  // be opened. It is not kept.
  std::string seal(std::string_view plain, std::string_view bound_to, Random& random) const;
  // Code::wrong_key if it was sealed with another key, for something else, or was changed.
  Result<std::string> open(std::string_view sealed, std::string_view bound_to) const;

  // 32 hexadecimal digits by which the same key is known again. Tells nothing of the key.
  std::string check_value() const;

 private:
  std::array<unsigned char, k_bytes> bytes_{};
};

}  // namespace kontor
