#include "http/target.h"

#include <algorithm>

#include "base/utf8.h"

namespace kontor::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that "%XY" at `at` stands for; -1 if these are not two hex digits.
int decode_byte(std::string_view raw, std::size_t at) {
  if (at + 2 >= raw.size()) return -1;
  const int high = hex_value(raw[at + 1]);
  const int low = hex_value(raw[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_control) && is_utf8(text);
}

// Stands for itself, whatever is decoded.
bool is_literal(char c) { return c > 0x20 && c < 0x7f && c != '%' && c != '+'; }

bool has_encoded_slash(std::string_view raw) {
  for (auto at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
    if (decode_byte(raw, at) == '/') return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t slash = 0; slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const auto rest = path.substr(slash + 1);
    const auto segment = rest.substr(0, rest.find('/'));
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view raw, bool plus_is_blank) {
  // Most names and paths have nothing to decode.
  if (std::all_of(raw.begin(), raw.end(), is_literal)) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    char c = raw[at];
    if (c == '+' && plus_is_blank) c = ' ';
    if (c == '%') {
      const int byte = decode_byte(raw, at);
      if (byte < 0) return std::nullopt;
      c = static_cast<char>(byte);
      at += 2;
    }
    out.push_back(c);
  }
  if (!is_clean(out)) return std::nullopt;
  return out;
}

std::optional<std::string> decode_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/' || has_encoded_slash(raw)) return std::nullopt;
  auto path = percent_decode(raw, false);
  if (!path || path->find('\\') != std::string::npos || has_dot_segment(*path)) return std::nullopt;
  return path;
}

std::optional<Params> decode_query(std::string_view raw) {
  Params params;
  while (!raw.empty()) {
    const auto end = raw.find('&');
    const auto pair = raw.substr(0, end);
    raw = end == std::string_view::npos ? std::string_view{} : raw.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    params.emplace_back(std::move(*name), std::move(*value));
  }
  return params;
}

}  // namespace kontor::http
