#include "http/forwarded.h"

#include <algorithm>
#include <array>

#include "http/tokens.h"

namespace kontor::http {
namespace {

constexpr std::size_t k_hops = 32;  // a longer chain is no honest one

constexpr std::array<std::string_view, 7> k_marks = {
    "Forwarded",         "Via",       "X-Forwarded-For", "X-Forwarded-Host",
    "X-Forwarded-Proto", "X-Real-IP", "X-Forwarded-Port"};

// Several fields of one name count as one list, in their order.
std::vector<std::string_view> entries_of(const Fields& fields, std::string_view name) {
  std::vector<std::string_view> entries;
  for (const auto& [key, value] : fields) {
    if (!equals_ignoring_case(key, name)) continue;
    for (std::string_view list = value; !list.empty();) entries.push_back(next_in_list(list));
  }
  return entries;
}

// Some proxies add the port: "192.0.2.1:5000", "[2001:db8::1]:5000".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const std::size_t colon = text.find(':');
  const bool is_v4_with_port =
      colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  return is_v4_with_port ? text.substr(0, colon) : text;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::make(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const std::string& text : networks) {
    const auto network = IpNetwork::parse(text);
    if (!network)
      return Error{.code = Code::usage, .message = text + " is no address or block of addresses."};
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view ip) const {
  if (ip == "unix") return !networks_.empty();
  const auto address = parse_ip(ip);
  return address && any_contains(networks_, *address);
}

std::optional<Origin> TrustedProxies::origin(std::string_view peer_ip, const Fields& fields) const {
  if (networks_.empty() || !trusts(peer_ip)) return std::nullopt;
  Origin origin{.ip = std::string(peer_ip)};
  const auto hops = entries_of(fields, "X-Forwarded-For");
  const std::size_t most = std::min(hops.size(), k_hops);
  for (std::size_t i = 1; i <= most && trusts(origin.ip); ++i) {
    const std::string_view hop = without_port(hops[hops.size() - i]);
    if (!parse_ip(hop)) break;
    origin.ip = hop;
  }
  const auto protocols = entries_of(fields, "X-Forwarded-Proto");
  origin.secure = !protocols.empty() && equals_ignoring_case(protocols.back(), "https");
  return origin;
}

bool is_forwarded(const Fields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return std::any_of(k_marks.begin(), k_marks.end(), [&](std::string_view mark) {
      return equals_ignoring_case(field.first, mark);
    });
  });
}

bool is_loopback_ip(std::string_view ip) {
  return ip == "unix" || ip == "::1" || ip.starts_with("127.");
}

}  // namespace kontor::http
