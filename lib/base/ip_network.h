// IP addresses and blocks of them (RFC 4632, RFC 4291), for lists of who may come from where.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor {

// Network byte order; IPv4 inside IPv6 (::ffff:0:0/96), so that both are compared alike.
using IpAddress = std::array<std::uint8_t, 16>;

// "192.0.2.7" or "2001:db8::7"; nullopt for anything else, also for one with a port or a zone.
std::optional<IpAddress> parse_ip(std::string_view text);

class IpNetwork {
 public:
  // An address, or a block such as "10.0.0.0/8". Bits behind the prefix are not looked at.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;

 private:
  IpNetwork(const IpAddress& address, unsigned bits) : address_(address), bits_(bits) {}

  IpAddress address_;
  unsigned bits_;  // of the IPv6 form, 0 to 128
};

bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address);

}  // namespace kontor
