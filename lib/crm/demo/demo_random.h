// Random numbers that are the same everywhere for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/uuid.h"

namespace kontor::crm {

// SplitMix64: the standard library's distributions differ between libraries, this does not.
class DemoRandom {
 public:
  explicit DemoRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // 0 to n − 1; the bias of % is far below what a demo shows.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low + 1)));
  }
  bool percent(int chance) { return below(100) < static_cast<std::size_t>(chance); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  // A UUIDv7 of that instant.
  Uuid id(std::int64_t at_ms) {
    Uuid id;
    const auto ms = static_cast<std::uint64_t>(at_ms);
    const std::uint64_t high = next(), low = next();
    for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    id.bytes[6] = static_cast<std::uint8_t>(0x70U | (high & 0x0FU));
    id.bytes[7] = static_cast<std::uint8_t>(high >> 8);
    id.bytes[8] = static_cast<std::uint8_t>(0x80U | ((high >> 16) & 0x3FU));
    for (std::size_t i = 9; i < 16; ++i)
      id.bytes[i] = static_cast<std::uint8_t>(low >> (8 * (i - 9)));
    return id;
  }

 private:
  std::uint64_t state_;
};

}  // namespace kontor::crm
