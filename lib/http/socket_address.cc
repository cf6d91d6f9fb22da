#include "http/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "http/forwarded.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

const sockaddr_in& as_v4(const SocketAddress& address) {
  return *reinterpret_cast<const sockaddr_in*>(&address.storage);
}

const sockaddr_in6& as_v6(const SocketAddress& address) {
  return *reinterpret_cast<const sockaddr_in6*>(&address.storage);
}

std::optional<SocketAddress> make_v4(const std::string& host, std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) != 1) return std::nullopt;
  SocketAddress address;
  std::memcpy(&address.storage, &v4, sizeof v4);
  address.size = sizeof v4;
  return address;
}

std::optional<SocketAddress> make_v6(const std::string& host, std::uint16_t port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  SocketAddress address;
  std::memcpy(&address.storage, &v6, sizeof v6);
  address.size = sizeof v6;
  return address;
}

std::string text_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes, text.data(), text.size()) ? text.data() : "";
}

}  // namespace

std::optional<SocketAddress> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_digits(text.substr(colon + 1), 65535);
  if (!port) return std::nullopt;
  const auto number = static_cast<std::uint16_t>(*port);
  std::string host(text.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return make_v6(host.substr(1, host.size() - 2), number);
  }
  return make_v4(host == "localhost" ? "127.0.0.1" : host, number);
}

std::string ip_text(const SocketAddress& address) {
  if (address.family() == AF_INET) return text_of(AF_INET, &as_v4(address).sin_addr);
  if (address.family() != AF_INET6) return "unix";
  const auto& v6 = as_v6(address).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return text_of(AF_INET, &v6.s6_addr[12]);
  return text_of(AF_INET6, &v6);
}

std::string address_text(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    return ip_text(address) + ":" + std::to_string(ntohs(as_v4(address).sin_port));
  }
  return "[" + text_of(AF_INET6, &as_v6(address).sin6_addr) +
         "]:" + std::to_string(ntohs(as_v6(address).sin6_port));
}

bool is_loopback(const SocketAddress& address) { return is_loopback_ip(ip_text(address)); }

std::string client_key(const SocketAddress& address) {
  auto ip = ip_text(address);
  if (address.family() != AF_INET6 || ip.find('.') != std::string::npos) return ip;
  auto v6 = as_v6(address).sin6_addr;
  std::memset(&v6.s6_addr[8], 0, 8);
  return text_of(AF_INET6, &v6);
}

std::uint64_t client_number(std::string_view ip) {
  const std::string text(ip);
  std::array<std::uint8_t, 16> bytes{};
  const bool is_v6 = inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
  if (!is_v6 && inet_pton(AF_INET, text.c_str(), &bytes[12]) != 1) return 0;
  constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const bool is_v4 = !is_v6 || std::equal(mapped.begin(), mapped.end(), bytes.begin());
  std::uint64_t number = 0;
  for (std::size_t i = is_v4 ? 12 : 0; i < (is_v4 ? 16U : 8U); ++i)
    number = number << 8U | bytes[i];
  return number;
}

}  // namespace kontor::http
