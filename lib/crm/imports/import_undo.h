// Taking an import back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "crm/records.h"
#include "store/store.h"

namespace kontor::crm {

struct UndoReport {
  struct Left {
    std::string collection, id, title;
    std::string code;    // edited, referenced, refused
    std::string reason;  // one sentence
  };
  std::string id{}, collection{};  // of the import
  std::int64_t removed = 0;        // records that it had made: now in the trash
  std::int64_t restored = 0;       // records that it had changed: as they were before
  std::int64_t gone = 0;           // were deleted by somebody meanwhile
  std::int64_t left_count = 0;
  std::vector<Left> left{};  // the first limits::import_errors_shown
};

std::string to_json(const UndoReport& report);

// Takes back what an import did, the last first: what it made goes to the trash, what it changed
// gets the values that it had before. Left as it is, and listed, is a record that somebody edited
// since, that other records refer to, or for which a rule refuses it. The names that the import has
// taught are forgotten. All of it is in the history, as `undo`.
//
// Code::not_found: no such import. Code::conflict: it is undone already (`import_undone`) or not at
// an end (`import_running`); or `is_cancelled` said so (`undo_interrupted`: what is taken back
// stays so, and the same call goes on). Thread-safe as Store::write is.
Result<UndoReport> undo_import(store::Store& store, const Records& records, const Context& context,
                               const Uuid& id, const std::function<bool()>& is_cancelled = {});

}  // namespace kontor::crm
