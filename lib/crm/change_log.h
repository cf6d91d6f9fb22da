// Writes the trail: what changed in a record, as its history and the event stream show it.
#pragma once

#include <string>
#include <string_view>

#include "crm/context.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// {"field": {"from": …, "to": …}}; for a new record `{}`: its values are the record itself, and
// every later change says what it was before. Empty string: nothing differs.
std::string diff_json(const model::Entity& entity, const model::Record* before,
                      const model::Record& after);

void log_change(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                const model::Record& record, std::string_view action, std::string_view diff);

}  // namespace kontor::crm
