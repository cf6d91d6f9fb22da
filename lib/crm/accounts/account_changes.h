// What everyone calls who changes who may do what: users, roles, teams, sessions, tokens.
#pragma once

#include "store/transaction.h"

namespace kontor::crm {

// After the commit, and before anyone is answered, all that the Authenticator keeps in memory is
// read anew. Without it a change of rights would count for new sign-ins only.
inline void accounts_changed(store::WriteTx& tx) { tx.outdate_memory(); }

}  // namespace kontor::crm
