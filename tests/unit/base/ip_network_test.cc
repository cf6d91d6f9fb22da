#include "base/ip_network.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

namespace {

bool contains(std::string_view network, std::string_view ip) {
  return IpNetwork::parse(network).value().contains(parse_ip(ip).value());
}

}  // namespace

TEST_CASE("a block holds the addresses of its prefix") {
  CHECK(contains("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  CHECK(contains("192.0.2.128/25", "192.0.2.200"));
  CHECK_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  CHECK(contains("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
}

TEST_CASE("an address alone holds itself") {
  CHECK(contains("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(contains("192.0.2.7", "192.0.2.6"));
  CHECK(contains("::1", "0:0:0:0:0:0:0:1"));
}

TEST_CASE("IPv4 inside IPv6 is the same address, and IPv4's everything is not IPv6's") {
  CHECK(contains("192.0.2.0/24", "::ffff:192.0.2.9"));
  CHECK(contains("0.0.0.0/0", "203.0.113.1"));
  CHECK_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  CHECK(contains("::/0", "2001:db8::1"));
}

TEST_CASE("what is no address or block is refused") {
  for (const std::string_view text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0",
        "host", "10.0.0.0/8/8", "fe80::1%eth0", "[::1]", "1.2.3.4:80", "10.0.0.0/0008"})
    CHECK_FALSE(IpNetwork::parse(text));
  CHECK_FALSE(parse_ip(std::string_view("10.0.0.1\0x", 10)));
}
