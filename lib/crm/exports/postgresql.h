// A database as a script for PostgreSQL 15: tables, their rows, their foreign keys.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

// Gets the script in pieces; returns an error to stop.
using ScriptSink = std::function<Result<void>(std::string_view)>;

// One transaction for psql. Money is bigint in minor units; unit prices (minor units too) and
// quantities are numeric with four places, rates with six; instants are timestamptz, tags text[],
// custom jsonb. Records in the trash are there, with deleted_at. Foreign keys stand between the
// tables that are in the script. Returns how many records there are. May throw store::SqlFailure.
Result<std::int64_t> write_postgresql(store::ReadTx& tx,
                                      std::span<const model::Entity* const> entities,
                                      const ScriptSink& sink);

}  // namespace kontor::crm
