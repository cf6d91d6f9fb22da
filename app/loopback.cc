#include "loopback.h"

#include "crm/accounts/users.h"
#include "http/socket_address.h"

namespace kontor::app {

Result<void> check_loopback(std::span<const std::string> addresses) {
  for (const std::string& address : addresses) {
    if (address.starts_with("unix:") || address.starts_with("fd:")) continue;
    const auto parsed = http::parse_address(address);
    if (parsed && http::is_loopback(*parsed)) continue;
    return Error{
        .code = Code::usage,
        .message = "There is no user yet, so only this machine may reach the server; " + address +
                   " is open to others.",
        .kind = "loopback_only",
        .hint = "kontor init --if-missing --admin EMAIL --password-stdin, then serve again"};
  }
  return {};
}

Result<void> check_reach(store::Store& store, std::span<const std::string> addresses) {
  const bool has_user =
      TRY(store.read([](store::ReadTx& tx) -> Result<bool> { return crm::any_user(tx); }));
  return has_user ? Result<void>() : check_loopback(addresses);
}

}  // namespace kontor::app
