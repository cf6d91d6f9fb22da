#include "http/host.h"

#include <arpa/inet.h>

#include <algorithm>

#include "http/tokens.h"

namespace kontor::http {
namespace {

constexpr std::size_t k_name_bytes = 253;  // RFC 1035: longest name, as text
constexpr std::uint64_t k_port_max = 65535;

bool is_name_char(char c) {
  return is_token_char(c) && std::string_view("!#$%&'*+^`|").find(c) == std::string_view::npos;
}

bool is_address(int family, std::string_view text) {
  in6_addr ignored{};
  return inet_pton(family, std::string(text).c_str(), &ignored) == 1;
}

bool is_bracketed_v6(std::string_view name) {
  return name.size() > 2 && name.front() == '[' && name.back() == ']' &&
         is_address(AF_INET6, name.substr(1, name.size() - 2));
}

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= k_name_bytes &&
         std::all_of(name.begin(), name.end(), is_name_char);
}

}  // namespace

std::optional<HostPort> parse_host(std::string_view value) {
  HostPort host;
  const auto bracket = value.rfind(']');
  const auto colon = value.find(':', bracket == std::string_view::npos ? 0 : bracket);
  host.name = value.substr(0, colon);
  if (colon != std::string_view::npos) {
    host.port = value.substr(colon + 1);
    if (!parse_digits(host.port, k_port_max)) return std::nullopt;
  }
  if (!is_host_name(host.name) && !is_bracketed_v6(host.name)) return std::nullopt;
  return host;
}

HostRules::HostRules(std::vector<std::string> names, bool any_address)
    : names_(std::move(names)), any_address_(any_address) {}

bool HostRules::allow(std::string_view name) const {
  for (const auto& ours : names_) {
    if (equals_ignoring_case(ours, name)) return true;
  }
  return any_address_ && (is_address(AF_INET, name) || is_bracketed_v6(name));
}

}  // namespace kontor::http
