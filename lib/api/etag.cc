#include "api/etag.h"

#include <charconv>

#include "base/sha256.h"
#include "http/tokens.h"

namespace kontor::api {
namespace {

constexpr std::size_t k_hash_digits = 16;

}  // namespace

std::string version_tag(std::int64_t version) { return "\"v" + std::to_string(version) + "\""; }

std::string version_tag(std::int64_t version, std::string_view body) {
  return "\"v" + std::to_string(version) + "-" + sha256_hex(body).substr(0, k_hash_digits) + "\"";
}

std::optional<std::int64_t> parse_if_match(std::string_view text) {
  text = http::trim_blanks(text);
  if (text == "*") return k_any_version;
  if (text.size() < 4 || !text.starts_with("\"v") || !text.ends_with('"')) return std::nullopt;
  std::string_view digits = text.substr(2, text.size() - 3);
  digits = digits.substr(0, digits.find('-'));
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || version < 1)
    return std::nullopt;
  return version;
}

}  // namespace kontor::api
