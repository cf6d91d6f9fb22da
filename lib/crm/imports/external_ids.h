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

// Does that system know the record by a key that is not this one?
bool has_other_external(store::ReadTx& tx, std::string_view collection, std::string_view system,
                        std::string_view key, std::int64_t record_row_id);

// Writes only what is new. `import_row_id`: the import that teaches it; 0: none.
void remember_external(store::WriteTx& tx, std::string_view collection, std::string_view system,
                       std::string_view key, std::int64_t record_row_id,
                       std::int64_t import_row_id = 0);

// Forgets the names that an import has taught for a record.
void forget_external(store::WriteTx& tx, std::string_view collection, std::int64_t record_row_id,
                     std::int64_t import_row_id);

}  // namespace kontor::crm
