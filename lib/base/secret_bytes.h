// Bytes of a key that leave memory with the value that holds them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace kontor {

// Overwritten at its end, copies too.
template <std::size_t N>
class SecretBytes {
 public:
  static constexpr std::size_t k_bytes = N;

  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes() {
    // Volatile, so that it is not left out as a store that nobody reads.
    volatile unsigned char* at = bytes_.data();
    for (std::size_t i = 0; i < N; ++i) at[i] = 0;
  }

  unsigned char* data() { return bytes_.data(); }
  const unsigned char* data() const { return bytes_.data(); }
  static constexpr std::size_t size() { return N; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), N}; }

 private:
  std::array<unsigned char, N> bytes_{};
};

}  // namespace kontor
