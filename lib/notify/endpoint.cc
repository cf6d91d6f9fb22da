#include "notify/endpoint.h"

#include <algorithm>
#include <charconv>

namespace kontor::notify {
namespace {

constexpr std::size_t k_host_bytes = 253;  // RFC 1035
constexpr std::uint16_t k_http_port = 80, k_https_port = 443;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.';
}

bool is_ipv6(const std::string& host) { return host.find(':') != std::string::npos; }

bool is_host(std::string_view host, bool bracketed) {
  return !host.empty() && host.size() <= k_host_bytes &&
         std::all_of(host.begin(), host.end(), bracketed ? is_ipv6_character : is_host_character);
}

bool take(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

// ":9000", or nothing.
bool parse_port(std::string_view text, std::uint16_t& port) {
  if (text.empty()) return true;
  if (!take(text, ":")) return false;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failure == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::optional<Endpoint> Endpoint::parse(std::string_view url) {
  Endpoint endpoint;
  endpoint.is_tls = take(url, "https://");
  if (!endpoint.is_tls && !take(url, "http://")) return std::nullopt;
  endpoint.port = endpoint.is_tls ? k_https_port : k_http_port;
  if (url.ends_with('/')) url.remove_suffix(1);
  const bool bracketed = take(url, "[");
  const std::size_t end = std::min(url.find(bracketed ? ']' : ':'), url.size());
  endpoint.host = url.substr(0, end);
  url.remove_prefix(end);
  if (bracketed && !take(url, "]")) return std::nullopt;
  if (!is_host(endpoint.host, bracketed) || !parse_port(url, endpoint.port)) return std::nullopt;
  return endpoint;
}

std::string Endpoint::authority() const {
  const std::string name = is_ipv6(host) ? "[" + host + "]" : host;
  return port == (is_tls ? k_https_port : k_http_port) ? name : name + ":" + std::to_string(port);
}

std::string Endpoint::shown() const {
  return (is_ipv6(host) ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace kontor::notify
