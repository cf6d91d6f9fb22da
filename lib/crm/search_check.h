// Do the full-text indexes know the records? A sample, as they hold no copy of their texts.
#pragma once

#include <string>
#include <vector>

#include "store/transaction.h"

namespace kontor::crm {

// What is wrong of some hundred records of each collection: words by which a record is not found,
// and words by which one is found that does not have them. At most ten sentences.
std::vector<std::string> search_differences(store::ReadTx& tx);

}  // namespace kontor::crm
