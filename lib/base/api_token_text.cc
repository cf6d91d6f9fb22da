#include "base/api_token_text.h"

#include <zlib.h>

#include <algorithm>
#include <span>

namespace kontor {
namespace {

constexpr std::string_view k_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_personal = "kontor_pat_";
constexpr std::size_t k_secret_words = 8;    // of 32 bits
constexpr std::size_t k_secret_digits = 43;  // 62^43 > 2^256
constexpr std::size_t k_check_digits = 6;    // 62^6 > 2^32

using Number = std::array<std::uint32_t, k_secret_words>;  // highest word first

// Divides in place; the remainder.
std::uint32_t divide(std::span<std::uint32_t> number, std::uint32_t by) {
  std::uint64_t rest = 0;
  for (std::uint32_t& word : number) {
    rest = rest << 32U | word;
    word = static_cast<std::uint32_t>(rest / by);
    rest %= by;
  }
  return static_cast<std::uint32_t>(rest);
}

std::string to_base62(std::span<std::uint32_t> number, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0;) text[i] = k_digits[divide(number, k_digits.size())];
  return text;
}

std::string checksum_of(std::string_view text) {
  std::array<std::uint32_t, 1> sum = {static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())))};
  return to_base62(sum, k_check_digits);
}

bool is_base62(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return k_digits.find(c) != std::string_view::npos; });
}

}  // namespace

std::string make_api_token(ApiTokenKind, Random& random) {
  Number secret{};
  random.fill(std::as_writable_bytes(std::span(secret)));
  std::string text = std::string(k_personal) + to_base62(secret, k_secret_digits);
  return text += checksum_of(text);
}

std::optional<ApiTokenKind> parse_api_token(std::string_view text) {
  const std::size_t covered = k_personal.size() + k_secret_digits;
  if (text.size() != covered + k_check_digits || !text.starts_with(k_personal) ||
      !is_base62(text.substr(k_personal.size())))
    return std::nullopt;
  if (checksum_of(text.substr(0, covered)) != text.substr(covered)) return std::nullopt;
  return ApiTokenKind::personal;
}

}  // namespace kontor
