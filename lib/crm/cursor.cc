#include "crm/cursor.h"

#include <array>

#include "base/json.h"
#include "base/json_writer.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t k_cursor_bytes = 4096;

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t window = 0;
  int bits = 0;
  for (const char c : bytes) {
    window = (window << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += k_alphabet[(window >> (bits - 6)) & 63];
  }
  if (bits > 0) text += k_alphabet[(window << (6 - bits)) & 63];
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t window = 0;
  int bits = 0;
  for (const char c : text) {
    const auto digit = k_alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    window = (window << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((window >> bits) & 0xff);
  }
  return bytes;
}

}  // namespace

std::string encode_cursor(std::string_view order, const std::vector<model::Value>& values) {
  std::string text;
  JsonWriter out(text);
  out.begin_array().string(order);
  for (const model::Value& value : values) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.integer(*integer);
    } else {
      out.string(std::get<std::string>(value));
    }
  }
  out.end_array();
  return to_base64url(text);
}

std::optional<std::vector<model::Value>> decode_cursor(std::string_view order,
                                                       std::string_view cursor) {
  if (cursor.size() > k_cursor_bytes) return std::nullopt;
  const auto text = from_base64url(cursor);
  if (!text) return std::nullopt;
  const Result<Json> json = parse_json(*text);
  if (!json.ok() || json->array() == nullptr || json->array()->empty()) return std::nullopt;
  const JsonArray& items = *json->array();
  if (items.front().string() == nullptr || *items.front().string() != order) return std::nullopt;
  std::vector<model::Value> values;
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (const auto* integer = items[i].integer()) {
      values.emplace_back(*integer);
    } else if (const auto* string = items[i].string()) {
      values.emplace_back(*string);
    } else {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace kontor::crm
