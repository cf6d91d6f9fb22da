// Whether a caller may see, change or give away one record. What she may not see does not exist for
// her (Code::not_found); what she sees and may not do is Code::forbidden.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crm/access/row_predicate.h"
#include "crm/context.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// "There is no customer with this id."
Error no_such(const model::Entity& entity);

// Is there such a record, in the trash or not, and does the caller see it?
bool visible(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
             const Uuid& id);

// Whether the caller may do `act` (not create) with the record, in the trash or not.
Result<void> permit(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
                    const Uuid& id, Act act);

// Whether the caller has what a move needs beside the right to change the record: refunds are a
// right of their own.
Result<void> permit_move(const Principal& principal, const model::Entity& entity,
                         std::string_view action);

// Whose a record may become. A new one is held by who makes it, which must lie within `create`; to
// name another owner needs `assign`, which must reach who has the record now. Who may give away all
// records gives them to everybody, others to those who share a team with them; who gets one must be
// allowed to read the collection (Code::invalid). `inherited`: the owner is the one of the record
// that this one belongs to, so `update` is asked instead, of both.
Result<void> check_holder(store::ReadTx& tx, const Context& context, const model::Entity& entity,
                          const model::Record* before, const model::Record& record, bool inherited);

}  // namespace kontor::crm
