#include "base/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace kontor {
namespace {

constexpr unsigned k_bits = 128;
constexpr unsigned k_v4_offset_bits = 96;  // ::ffff:0:0/96
constexpr std::size_t k_prefix_digits = 3;

// Digits alone: from_chars would take a sign.
std::optional<unsigned> parse_prefix(std::string_view text, unsigned max) {
  const bool is_digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > k_prefix_digits || !is_digits) return std::nullopt;
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > max) return std::nullopt;
  return value;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string ip(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, ip.c_str(), address.data()) == 1) return address;
  if (inet_pton(AF_INET, ip.c_str(), address.data() + k_v4_offset_bits / 8) != 1)
    return std::nullopt;
  address[10] = address[11] = 0xFF;
  return address;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view ip = text.substr(0, slash);
  const auto address = parse_ip(ip);
  if (!address) return std::nullopt;
  const unsigned offset = ip.find(':') == std::string_view::npos ? k_v4_offset_bits : 0;
  if (slash == std::string_view::npos) return IpNetwork(*address, k_bits);
  const auto bits = parse_prefix(text.substr(slash + 1), k_bits - offset);
  if (!bits) return std::nullopt;
  return IpNetwork(*address, *bits + offset);
}

bool IpNetwork::contains(const IpAddress& address) const {
  const std::size_t whole = bits_ / 8;
  if (std::memcmp(address.data(), address_.data(), whole) != 0) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFFU << (8 - rest);
  return ((address[whole] ^ address_[whole]) & mask) == 0;
}

bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace kontor
