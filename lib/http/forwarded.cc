#include "http/forwarded.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "http/tokens.h"

namespace kontor::http {
namespace {

constexpr unsigned k_bits = 128;
constexpr unsigned k_v4_offset_bits = 96;  // ::ffff:0:0/96
constexpr std::size_t k_hops = 32;         // a longer chain is no honest one

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

std::optional<TrustedProxies::Address> TrustedProxies::parse(std::string_view text) {
  const std::string ip(text);
  Address address{};
  if (inet_pton(AF_INET6, ip.c_str(), address.data()) == 1) return address;
  if (inet_pton(AF_INET, ip.c_str(), address.data() + k_v4_offset_bits / 8) != 1)
    return std::nullopt;
  address[10] = address[11] = 0xFF;
  return address;
}

Result<TrustedProxies> TrustedProxies::make(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const auto address = parse(std::string_view(text).substr(0, slash));
    const bool is_v4 = text.find(':') == std::string::npos;
    const unsigned offset = is_v4 ? k_v4_offset_bits : 0;
    const auto bits = slash == std::string::npos
                          ? std::optional<std::uint64_t>(k_bits - offset)
                          : parse_digits(std::string_view(text).substr(slash + 1), k_bits - offset);
    if (!address || !bits)
      return Error{.code = Code::usage, .message = text + " is no address or block of addresses."};
    proxies.networks_.push_back({*address, static_cast<unsigned>(*bits) + offset});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view ip) const {
  if (ip == "unix") return !networks_.empty();
  const auto address = parse(ip);
  if (!address) return false;
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    const std::size_t whole = network.bits / 8;
    if (std::memcmp(address->data(), network.address.data(), whole) != 0) return false;
    const unsigned rest = network.bits % 8;
    if (rest == 0) return true;
    const unsigned mask = 0xFFU << (8 - rest);
    return (((*address)[whole] ^ network.address[whole]) & mask) == 0;
  });
}

std::optional<Origin> TrustedProxies::origin(std::string_view peer_ip, const Fields& fields) const {
  if (networks_.empty() || !trusts(peer_ip)) return std::nullopt;
  Origin origin{.ip = std::string(peer_ip)};
  const auto hops = entries_of(fields, "X-Forwarded-For");
  const std::size_t most = std::min(hops.size(), k_hops);
  for (std::size_t i = 1; i <= most && trusts(origin.ip); ++i) {
    const std::string_view hop = without_port(hops[hops.size() - i]);
    if (!parse(hop)) break;
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
