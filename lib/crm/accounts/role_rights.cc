#include "crm/accounts/role_rights.h"

#include <algorithm>
#include <array>

#include "crm/accounts/users.h"

namespace kontor::crm {
namespace {

constexpr std::array<std::string_view, 8> k_built_in = {
    k_owner_role, "manager", "sales", "warehouse", "accountant", "support", "viewer", "api"};

}  // namespace

bool role_exists(store::ReadTx& tx, std::string_view name) {
  if (std::find(k_built_in.begin(), k_built_in.end(), name) != k_built_in.end()) return true;
  return tx.prepare("SELECT 1 FROM roles WHERE name = ?").with(name).step();
}

Rights rights_of_roles(store::ReadTx&, std::span<const std::string> roles) {
  const bool is_owner = std::find(roles.begin(), roles.end(), k_owner_role) != roles.end();
  return is_owner ? Rights::everything() : Rights();
}

}  // namespace kontor::crm
