// Roles as things that people manage: the built-in ones, which are part of the
// program, and those that the firm has made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "crm/access/role.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct ManagedRole {
  Role role{};
  bool built_in = false;
  Uuid id{};  // of the firm's own
  std::int64_t version = 1;
  std::int64_t users = 0;                                              // who have it
  std::optional<std::int64_t> created_at_ms = {}, updated_at_ms = {};  // none: built in
};

// The members of the role, then built_in, version, users, created_at and
// updated_at.
std::string to_json(const ManagedRole& role);

// The built-in ones first, in their order, then the firm's by name.
std::vector<ManagedRole> list_roles(store::ReadTx& tx);
std::optional<ManagedRole> find_role(store::ReadTx& tx, std::string_view name);

// Nobody hands out a right that she does not have: Code::forbidden. Whoever
// gives roles to users or makes roles passes it.
Result<void> check_grant(const Principal& principal, const Rights& rights);

// `body` is what parse_role reads. Code::conflict, kind `unique`, if the name
// is taken, and kind `too_many` if there are as many as there can be;
// Code::forbidden as check_grant says. All changes count for everyone at once.
Result<ManagedRole> create_role(store::WriteTx& tx, const Context& context, const Uuid& id,
                                const Json& body);

// A merge patch; a role keeps its name. Code::not_found; Code::conflict, kind
// `built_in_role`; Code::stale if `if_version` is another one. What changes
// nothing writes nothing.
Result<ManagedRole> change_role(store::WriteTx& tx, const Context& context, std::string_view name,
                                const Json& patch, std::optional<std::int64_t> if_version = {});

// As change_role; also Code::conflict, kind `role_in_use`, while users have it.
Result<void> remove_role(store::WriteTx& tx, const Context& context, std::string_view name,
                         std::optional<std::int64_t> if_version = {});

}  // namespace kontor::crm
