#include "loopback.h"

#include "http/socket_address.h"

namespace kontor::app {

Result<void> check_loopback(std::span<const std::string> addresses) {
  for (const std::string& address : addresses) {
    if (address.starts_with("unix:") || address.starts_with("fd:")) continue;
    const auto parsed = http::parse_address(address);
    if (parsed && http::is_loopback(*parsed)) continue;
    return Error{
        .code = Code::usage,
        .message = "There are no accounts yet, so only this machine may reach the server; " +
                   address + " is open to others.",
        .kind = "loopback_only",
        .hint = "--listen 127.0.0.1:8080, and an SSH tunnel for other machines"};
  }
  return {};
}

}  // namespace kontor::app
