#include "base/uuid.h"

#include <algorithm>
#include <span>

#include "base/check.h"

namespace kontor {
namespace {

constexpr char k_hex[] = "0123456789abcdef";

// Both digits of each byte: half of what an id costs as text goes into taking bytes apart.
constexpr std::array<std::array<char, 2>, 256> k_digits_of = [] {
  std::array<std::array<char, 2>, 256> digits{};
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = {k_hex[i >> 4], k_hex[i & 0x0F]};
  return digits;
}();

constexpr int k_no_digit = 0x100;

// The value of each character as a hexadecimal digit, or k_no_digit.
constexpr std::array<std::int16_t, 256> k_value_of = [] {
  std::array<std::int16_t, 256> values{};
  values.fill(k_no_digit);
  for (std::int16_t i = 0; i < 16; ++i) {
    const std::size_t digit = static_cast<unsigned char>(k_hex[i]);
    values[digit] = i;
    if (i >= 10) values[digit - 'a' + 'A'] = i;
  }
  return values;
}();

// 12 bits of rand_a and the first 14 of rand_b. A new millisecond starts in the lower half, so at
// least 2^25 ids follow before the counter is full.
constexpr std::uint32_t k_counter_max = (1U << 26) - 1;
constexpr std::uint32_t k_counter_start_mask = k_counter_max >> 1;

constexpr std::array<std::size_t, 4> k_dashes = {8, 13, 18, 23};

// Where in the text the digits of a byte begin.
constexpr std::array<std::uint8_t, 16> k_places = {0,  2,  4,  6,  9,  11, 14, 16,
                                                   19, 21, 24, 26, 28, 30, 32, 34};

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
  for (const std::size_t dash : k_dashes) text[dash] = '-';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[k_places[i]] = k_digits_of[bytes[i]][0];
    text[k_places[i] + 1U] = k_digits_of[bytes[i]][1];
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
  for (const std::size_t dash : k_dashes)
    if (text[dash] != '-') return std::nullopt;
  const auto value_at = [&](std::size_t at) {
    return int{k_value_of[static_cast<unsigned char>(text[at])]};
  };
  Uuid id;
  int seen = 0;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const int value = value_at(k_places[i]) << 4 | value_at(k_places[i] + 1U);
    id.bytes[i] = static_cast<std::uint8_t>(value);
    seen |= value;
  }
  if (seen >= k_no_digit) return std::nullopt;
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
