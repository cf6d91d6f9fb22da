// Listening sockets: TCP over IPv4 and IPv6, unix sockets, and inherited ones.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace kontor::http {

// Takes connections for as long as it lives. Closing never calls shutdown(): an inherited socket
// would stop listening for its other holders too.
class Listener {
 public:
  // `address` as in ServerOptions::listen. Errors name the address and say what to do.
  static Result<Listener> open(const std::string& address);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = default;
  ~Listener();

  int fd() const { return fd_.get(); }
  bool is_unix() const { return is_unix_; }
  // Bound to all interfaces (0.0.0.0 or [::]).
  bool is_wildcard() const { return is_wildcard_; }
  // "127.0.0.1:41234", "[::1]:80", "unix:/run/x": what is really bound.
  const std::string& address() const { return address_; }
  // The host part of address(): "127.0.0.1", "[::1]"; empty for unix sockets.
  std::string host() const;

 private:
  Listener() = default;
  static Result<Listener> open_tcp(const std::string& address);
  static Result<Listener> open_unix(const std::string& path);
  static Result<Listener> adopt(const std::string& number);
  void describe();

  UniqueFd fd_;
  std::string address_;
  std::string unlink_path_;  // of a unix socket made here
  bool is_unix_ = false;
  bool is_wildcard_ = false;
};

}  // namespace kontor::http
