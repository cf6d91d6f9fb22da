// Numbers of documents: gap-free per series and period, because they are given inside the
// transaction that uses them, on the one writer.
#pragma once

#include <string>
#include <string_view>

#include "store/transaction.h"

namespace kontor::crm {

// "SO-2026-00042" for series "SO" and period "2026".
std::string next_number(store::WriteTx& tx, std::string_view series, std::string_view period);

}  // namespace kontor::crm
