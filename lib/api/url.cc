#include "api/url.h"

#include "http/target.h"

namespace kontor::api {

std::optional<Target> split_target(std::string_view target) {
  const auto mark = target.find('?');
  auto path = http::decode_path(target.substr(0, mark));
  auto query = http::decode_query(mark == std::string_view::npos ? "" : target.substr(mark + 1));
  if (!path || !query) return std::nullopt;
  return Target{*std::move(path), *std::move(query)};
}

std::string encode_parameter(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace kontor::api
