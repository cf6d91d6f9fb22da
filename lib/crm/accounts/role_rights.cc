#include "crm/accounts/role_rights.h"

#include <optional>
#include <string>

#include "base/json.h"
#include "crm/access/role.h"

namespace kontor::crm {
namespace {

// Of a role that the firm has made. One that cannot be read (written by another version of the
// program, with a collection that this one does not know) gives no rights.
std::optional<Rights> custom_rights(store::ReadTx& tx, std::string_view name) {
  store::Statement row = tx.prepare("SELECT definition FROM roles WHERE name = ?");
  row.with(name);
  if (!row.step()) return std::nullopt;
  const Result<Json> definition = parse_json(row.text(0));
  if (!definition.ok()) return std::nullopt;
  const Result<Role> role = parse_role(*definition);
  return role.ok() ? std::optional(rights_of(*role)) : std::nullopt;
}

}  // namespace

bool role_exists(store::ReadTx& tx, std::string_view name) {
  if (find_built_in_role(name) != nullptr) return true;
  return tx.prepare("SELECT 1 FROM roles WHERE name = ?").with(name).step();
}

Rights rights_of_roles(store::ReadTx& tx, std::span<const std::string> roles) {
  Rights all;
  for (const std::string& name : roles) {
    const Role* built_in = find_built_in_role(name);
    const auto rights = built_in != nullptr ? rights_of(*built_in) : custom_rights(tx, name);
    if (rights) all.unite(*rights);
  }
  return all;
}

}  // namespace kontor::crm
