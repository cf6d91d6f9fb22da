// Who is behind a reverse proxy, as far as the proxy is believed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"

namespace kontor::http {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

// What a proxy says of the request that it passes on.
struct Origin {
  std::string ip;  // of the client
  bool secure = false;
};

// The proxies of the setting trusted_proxies. Immutable; any thread.
class TrustedProxies {
 public:
  // Addresses and CIDR blocks. Code::usage names one that is neither.
  static Result<TrustedProxies> make(const std::vector<std::string>& networks);

  // nullopt: `peer_ip` is not trusted or has nothing to say. Otherwise the last address of
  // X-Forwarded-For that is no trusted proxy itself: what stands before it, anybody may have sent.
  // An unreadable entry ends the search at the hop before it. A unix socket ("unix") is trusted as
  // soon as any proxy is, since only this user's processes reach it.
  std::optional<Origin> origin(std::string_view peer_ip, const Fields& fields) const;

 private:
  bool trusts(std::string_view ip) const;

  std::vector<IpNetwork> networks_;
};

// Whether a proxy left its mark on the request (RFC 7239, RFC 9110 Via, and what is usual).
bool is_forwarded(const Fields& fields);

// "127.0.0.1", "::1" and "unix".
bool is_loopback_ip(std::string_view ip);

}  // namespace kontor::http
