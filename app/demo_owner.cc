#include "demo_owner.h"

#include "base/secret.h"
#include "crm/accounts/users.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_email = "owner@example.com";
constexpr std::size_t k_password_chars = 24;  // 144 random bits, and still readable

}  // namespace

Result<std::string> make_demo_owner(Business& business, const Session& session) {
  const bool has_user = TRY(
      business.store().read([](store::ReadTx& tx) -> Result<bool> { return crm::any_user(tx); }));
  if (has_user)
    return std::string("Log in as before, with the password that the first start has shown");
  const std::string password = make_secret(session.random).substr(0, k_password_chars);
  const std::string hash = TRY(hash_password(password, business.accounts().settings().cost));
  TRY(business.store().write([&](store::WriteTx& tx) {
    return crm::create_user(tx, {.now_ms = session.clock.now_ms()},
                            {.id = business.ids().next(),
                             .email = std::string(k_email),
                             .name = "Demo",
                             .roles = {std::string(crm::k_owner_role)},
                             .password_hash = hash});
  }));
  return "Log in as " + std::string(k_email) + " with the password " + password;
}

}  // namespace kontor::app
