// The three hooks by which an entity's rules join the generic record engine. Plain functions; all
// run inside the transaction of the write.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/records.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// What a rule may use.
struct Scope {
  store::WriteTx& tx;
  const Context& context;
  const Records& records;

  std::shared_ptr<const Organisation> organisation() const { return records.organisation(); }
};

struct Rules {
  // Derives and checks before the row is written. `before` is null for a new record. Field errors
  // are collected; a returned error (a conflict) ends the write at once.
  Result<void> (*before_write)(const Scope& scope, const model::Record* before,
                               model::Record& record, std::vector<FieldError>& errors) = nullptr;
  // After the row and its lines are written (record.row_id is set). `before` as above; for a
  // record that went to or came from the trash `deleted_at_ms` differs.
  Result<void> (*after_write)(const Scope& scope, const model::Record* before,
                              const model::Record& record) = nullptr;
  // A move: the record carries its old status; the rule sets everything the move changes, the
  // status included. Without this hook the engine sets `status` to move.to.
  Result<void> (*on_move)(const Scope& scope, const model::Move& move, model::Record& record,
                          const Json& body, std::vector<FieldError>& errors) = nullptr;
};

const Rules& rules_of(const model::Entity& entity);

}  // namespace kontor::crm
