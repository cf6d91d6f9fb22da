// Who may manage whose account: nobody gives more than she has, or takes over who may do more. Else
// the right over accounts would be all rights there are.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "crm/access/principal.h"
#include "crm/accounts/user.h"
#include "store/transaction.h"

namespace kontor::crm {

// Code::forbidden (kind exceeds_own_rights) unless the caller may do all that the roles grant.
Result<void> check_may_grant(store::ReadTx& tx, const Principal& principal,
                             std::span<const std::string> roles);

// Code::forbidden (kind exceeds_own_rights) if the caller's own rights reach as far as her teams
// somewhere: who could say who is in them would say what she sees.
Result<void> check_may_form_teams(const Principal& principal);

// The same of what the user may do now; of her own account, too.
Result<void> check_may_manage(store::ReadTx& tx, const Principal& principal, const User& user);
Result<void> check_may_manage(store::ReadTx& tx, const Principal& principal, const Uuid& user);

}  // namespace kontor::crm
