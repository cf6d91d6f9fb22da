// What a record was before an import changed it, from its history.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/uuid.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// What an import did to one record.
struct ImportedRecord {
  bool created = false;         // by the import
  bool edited = false;          // by somebody else since: not all is as the import left it
  bool taken_back = false;      // by this import's undo
  bool has_later_step = false;  // the import changed it once more after `seq`
  model::Record before{};       // the record as it is, with the values from before the import
};

// `seq` is a change of the record by the import; `import_tag` and `undo_tag` are the request ids of
// the import's changes and of its undo's.
ImportedRecord imported_record(store::ReadTx& tx, const model::Entity& entity,
                               const model::Record& now, std::int64_t seq,
                               std::string_view import_tag, std::string_view undo_tag);

}  // namespace kontor::crm
