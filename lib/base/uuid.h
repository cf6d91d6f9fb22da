// Record ids: UUID version 7 (RFC 9562), 16 bytes inside, lower-case text with dashes outside.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace kontor {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  static constexpr std::size_t k_text_bytes = 36;
  std::string text() const;
  // The same without a string of its own.
  std::array<char, k_text_bytes> characters() const;
  // The 16 bytes as a view, for binding as a BLOB; lives as long as this value.
  std::string_view blob() const;
  bool operator==(const Uuid&) const = default;
  std::strong_ordering operator<=>(const Uuid& other) const { return bytes <=> other.bytes; }

  // Accepts any RFC 9562 version, upper or lower case, with dashes only; nullopt otherwise.
  static std::optional<Uuid> parse(std::string_view text);
  // `blob` must be 16 bytes (CHECKed: only the database supplies it).
  static Uuid from_blob(std::string_view blob);
};

// Makes ids that sort by time of making, also within one millisecond and when the clock goes
// back (RFC 9562 6.2, method 1: the counter continues from the last id). Thread-safe.
class UuidSource {
 public:
  UuidSource(const Clock& clock, Random& random);
  Uuid next();

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::uint64_t last_ms_ = 0;
  std::uint32_t counter_ = 0;
};

}  // namespace kontor
