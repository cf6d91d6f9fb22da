// The full-text indexes of the lists: which records they must learn about stands in search_pending.
#pragma once

#include "base/result.h"
#include "store/store.h"

namespace kontor::crm {

// Brings the indexes up to the rows that changed in this transaction. For
// StoreOptions::before_commit: lists find a record as soon as its write is acknowledged. Rows that
// another program changed are caught up with at the next write. Throws what SQLite refuses.
void update_search_index(store::WriteTx& tx);

// Words that have left an index stay in its pages until they are merged away. Merges the indexes
// whose words can be a person's to the end, in many small transactions, so that other writers wait
// milliseconds; the freed pages are overwritten (secure_delete).
Result<void> purge_search_indexes(store::Store& store);

}  // namespace kontor::crm
