// From the names of roles, as users carry them, to rights.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crm/access/rights.h"
#include "store/transaction.h"

namespace kontor::crm {

// A built-in role, or one that the firm has made.
bool role_exists(store::ReadTx& tx, std::string_view name);

// The union of what they grant. A role that is no more grants nothing.
Rights rights_of_roles(store::ReadTx& tx, std::span<const std::string> roles);

}  // namespace kontor::crm
