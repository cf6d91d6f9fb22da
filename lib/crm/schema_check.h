// Do the tables of this database carry what the entities say? Asked at start, before anything is
// served: a field without its column, or an order without its index, is a broken build.
#pragma once

#include <string>
#include <vector>

#include "store/transaction.h"

namespace kontor::crm {

// One sentence for each difference; empty: they agree.
std::vector<std::string> schema_differences(store::ReadTx& tx);

}  // namespace kontor::crm
