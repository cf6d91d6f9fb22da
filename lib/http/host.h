// The Host header: its grammar, and which names this server answers to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

struct HostPort {
  std::string_view name;  // IPv6 addresses keep their brackets
  std::string_view port;  // empty: none given
};

// RFC 3986 host with an optional port; nullopt for anything else. No user part, no percent signs.
std::optional<HostPort> parse_host(std::string_view value);

// Which hosts are ours. A page of another site that makes its own name resolve to this machine
// (DNS rebinding) sends that name as Host, and is refused here.
class HostRules {
 public:
  // `any_address`: IP addresses are fine too, whichever; for a server bound to all interfaces.
  explicit HostRules(std::vector<std::string> names, bool any_address = false);
  bool allow(std::string_view name) const;

 private:
  std::vector<std::string> names_;
  bool any_address_;
};

}  // namespace kontor::http
