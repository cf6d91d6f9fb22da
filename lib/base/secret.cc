#include "base/secret.h"

#include <algorithm>
#include <array>
#include <span>

namespace kontor {
namespace {

constexpr std::string_view k_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t k_secret_bytes = 32;

}  // namespace

std::string make_secret(Random& random) {
  std::array<std::uint8_t, k_secret_bytes + 1> bytes{};  // the last one stays 0: it fills up
  random.fill(std::as_writable_bytes(std::span(bytes)).first(k_secret_bytes));
  std::string text;
  text.reserve(k_secret_chars);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned three = static_cast<unsigned>(bytes[i]) << 16U |
                           static_cast<unsigned>(bytes[i + 1]) << 8U | bytes[i + 2];
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text.push_back(k_digits[three >> shift & 63U]);
  }
  text.resize(k_secret_chars);
  return text;
}

bool is_secret(std::string_view text) {
  return text.size() == k_secret_chars && std::all_of(text.begin(), text.end(), [](char c) {
           return k_digits.find(c) != std::string_view::npos;
         });
}

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace kontor
