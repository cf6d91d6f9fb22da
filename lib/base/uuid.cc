#include "base/uuid.h"

#include <algorithm>
#include <span>

#include "base/check.h"

namespace kontor {
namespace {

constexpr char k_hex[] = "0123456789abcdef";

// 12 bits of rand_a and the first 14 of rand_b. A new millisecond starts in the lower half, so at
// least 2^25 ids follow before the counter is full.
constexpr std::uint32_t k_counter_max = (1U << 26) - 1;
constexpr std::uint32_t k_counter_start_mask = k_counter_max >> 1;

bool is_dash_position(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_rfc_9562(const Uuid& id) {
  const int version = id.bytes[6] >> 4;
  return version >= 1 && version <= 8 && (id.bytes[8] & 0xC0) == 0x80;
}

Uuid compose(std::uint64_t ms, std::uint32_t counter, const std::array<std::uint8_t, 6>& tail) {
  Uuid id;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 22));
  id.bytes[7] = static_cast<std::uint8_t>(counter >> 14);
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | ((counter >> 8) & 0x3F));
  id.bytes[9] = static_cast<std::uint8_t>(counter);
  std::copy(tail.begin(), tail.end(), id.bytes.begin() + 10);
  return id;
}

}  // namespace

std::array<char, Uuid::k_text_bytes> Uuid::characters() const {
  std::array<char, k_text_bytes> text{};
  char* to = text.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    *to++ = k_hex[bytes[i] >> 4];
    *to++ = k_hex[bytes[i] & 0x0F];
  }
  return text;
}

std::string Uuid::text() const {
  const auto text = characters();
  return {text.data(), text.size()};
}

std::string_view Uuid::blob() const {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != k_text_bytes) return std::nullopt;
  Uuid id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = id.bytes[nibble++ / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
  }
  if (!is_rfc_9562(id)) return std::nullopt;
  return id;
}

Uuid Uuid::from_blob(std::string_view blob) {
  Uuid id;
  CHECK(blob.size() == id.bytes.size());
  std::transform(blob.begin(), blob.end(), id.bytes.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

UuidSource::UuidSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

Uuid UuidSource::next() {
  std::array<std::uint8_t, 10> fresh{};
  random_.fill(std::as_writable_bytes(std::span(fresh)));
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.now_ms(), 0));
  const std::uint32_t start = std::uint32_t{fresh[6]} | std::uint32_t{fresh[7]} << 8 |
                              std::uint32_t{fresh[8]} << 16 | std::uint32_t{fresh[9]} << 24;
  const std::lock_guard lock(mutex_);
  if (now > last_ms_) {
    last_ms_ = now;
    counter_ = start & k_counter_start_mask;
  } else if (counter_ < k_counter_max) {
    ++counter_;
  } else {
    ++last_ms_;  // RFC 9562 6.2 allows the time part to run ahead when the counter is full.
    counter_ = start & k_counter_start_mask;
  }
  return compose(last_ms_, counter_, {fresh[0], fresh[1], fresh[2], fresh[3], fresh[4], fresh[5]});
}

}  // namespace kontor
