// The full-text indexes of the lists: which records they must learn about stands in search_pending.
#pragma once

#include "store/transaction.h"

namespace kontor::crm {

// Brings the indexes up to the rows that changed in this transaction. For
// StoreOptions::before_commit: lists find a record as soon as its write is acknowledged. Rows that
// another program changed are caught up with at the next write. Throws what SQLite refuses.
void update_search_index(store::WriteTx& tx);

}  // namespace kontor::crm
