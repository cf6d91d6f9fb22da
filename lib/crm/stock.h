// Stock: what is on hand, what is promised, and the ledger that says why.
#pragma once

#include <vector>

#include "base/result.h"
#include "crm/context.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// Promises the lines of an order: all or none. Products that do not track stock are passed over.
// Code::conflict, kind `insufficient_stock`, with a pointer for every line that cannot be served.
Result<void> reserve_stock(store::WriteTx& tx, const Context& context, model::Record& order);

// Gives back whatever the order holds.
void release_stock(store::WriteTx& tx, const Context& context, model::Record& order);

// What the order holds leaves the house.
void ship_stock(store::WriteTx& tx, const Context& context, model::Record& order);

// Writes the ledger's row for a count that a person has set.
void record_stock_set(store::WriteTx& tx, const Context& context, std::int64_t product_row_id,
                      std::int64_t on_hand_change);

// Writes the ledger's rows for what the lines of a stored order hold already: of an order that came
// with all its state.
void record_stock_held(store::WriteTx& tx, const Context& context, const model::Record& order);

}  // namespace kontor::crm
