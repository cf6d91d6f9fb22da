// Where a service is reached: scheme, host and port of a URL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::notify {

struct Endpoint {
  bool is_tls = true;
  std::string host;  // a name or an address; IPv6 without its brackets
  std::uint16_t port = 443;

  // "https://storage.example.com", "http://127.0.0.1:9000", "https://[::1]:9000"; a "/" may stand
  // at the end. nullopt for anything else: a path, a user, a query.
  static std::optional<Endpoint> parse(std::string_view url);

  // As the Host field has it: without the scheme's own port.
  std::string authority() const;
  // "storage.example.com:443": for errors.
  std::string shown() const;
  bool operator==(const Endpoint&) const = default;
};

}  // namespace kontor::notify
