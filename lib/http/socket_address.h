// Socket addresses as text, without any name service.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

// "127.0.0.1:80", "[::1]:80", "localhost:80" (the IPv4 loopback); nullopt: none of these forms.
std::optional<SocketAddress> parse_address(std::string_view text);

// "192.0.2.1", "2001:db8::1"; IPv4 inside IPv6 as IPv4; "unix" for unix sockets.
std::string ip_text(const SocketAddress& address);

// "192.0.2.1:80", "[::1]:80".
std::string address_text(const SocketAddress& address);

bool is_loopback(const SocketAddress& address);

// What counts as one client: an IPv4 address, or the /64 that an IPv6 address is in.
std::string client_key(const SocketAddress& address);
// The same of an address as text, as a number; 0 for a unix socket and what is no address.
std::uint64_t client_number(std::string_view ip);

}  // namespace kontor::http
