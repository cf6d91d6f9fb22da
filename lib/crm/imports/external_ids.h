// The names that records have in other systems.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/uuid.h"
#include "store/transaction.h"

namespace kontor::crm {

// The live record that another system calls `key`; nullopt: none. A record that went to the trash
// is not found, and its key is free for another.
std::optional<Uuid> find_external(store::ReadTx& tx, std::string_view collection,
                                  std::string_view system, std::string_view key);

void remember_external(store::WriteTx& tx, std::string_view collection, std::string_view system,
                       std::string_view key, std::int64_t record_row_id);

}  // namespace kontor::crm
