#include "http/request_id.h"

#include <array>
#include <span>

namespace kontor::http {
namespace {

constexpr std::string_view k_characters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
constexpr std::size_t k_series_digits = 8;
constexpr std::size_t k_number_digits = 16;

template <class T>
T random_value(Random& random) {
  std::array<std::byte, sizeof(T)> bytes{};
  random.fill(bytes);
  T value = 0;
  for (const auto byte : bytes) value = static_cast<T>(value << 8 | std::to_integer<T>(byte));
  return value;
}

// Every number to another one, and no two to the same: each step can be undone (a product with an
// odd number, and a shift that leaves the upper half alone).
std::uint64_t scramble(std::uint64_t number) {
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93U;
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93U;
  return number ^ number >> 32;
}

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t at = digits; at-- > 0; value >>= 4) text[at] = k_characters[value & 15];
  return text;
}

}  // namespace

bool is_request_id(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 &&
         text.find_first_not_of(k_characters) == std::string_view::npos;
}

RequestIds::RequestIds(Random& random)
    : series_(hex(random_value<std::uint32_t>(random), k_series_digits)),
      next_(random_value<std::uint64_t>(random)) {}

std::string RequestIds::id_for(std::string_view proposed) {
  if (is_request_id(proposed)) return std::string(proposed);
  return series_ + hex(scramble(next_.fetch_add(1, std::memory_order_relaxed)), k_number_digits);
}

}  // namespace kontor::http
