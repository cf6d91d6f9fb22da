// What everyone calls who changes who may do what: users, roles, teams, sessions, tokens.
#pragma once

#include <string_view>

#include "base/uuid.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

// After the commit, and before anyone is answered, all that the Authenticator keeps in memory is
// read anew. Without it a change of rights would count for new sign-ins only.
inline void accounts_changed(store::WriteTx& tx) { tx.outdate_memory(); }

// The same for what was changed as a whole (a role, a team): what it was and what it became, as
// JSON (empty: there was, or is, nothing), stands in the audit trail, in the same transaction.
void note_account_change(store::WriteTx& tx, const Context& context, std::string_view collection,
                         const Uuid& id, std::string_view action, std::string_view before,
                         std::string_view after);

}  // namespace kontor::crm
