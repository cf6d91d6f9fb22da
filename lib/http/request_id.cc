#include "http/request_id.h"

#include <algorithm>
#include <array>

namespace kontor::http {
namespace {

constexpr std::string_view k_characters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
constexpr std::size_t k_random_bytes = 12;

}  // namespace

bool is_request_id(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 &&
         text.find_first_not_of(k_characters) == std::string_view::npos;
}

std::string request_id_from(std::string_view proposed, Random& random) {
  if (is_request_id(proposed)) return std::string(proposed);
  std::array<std::byte, k_random_bytes> bytes{};
  random.fill(bytes);
  std::string id;
  id.reserve(2 * k_random_bytes);
  for (const auto byte : bytes) {
    const auto value = std::to_integer<std::size_t>(byte);
    id += k_characters[value >> 4];
    id += k_characters[value & 15];
  }
  return id;
}

}  // namespace kontor::http
