// A step of the schema, as the migrator takes it. The program's own steps are embedded_schema().
#pragma once

#include "store/embedded_schema.h"

namespace kontor::store {

// `version` counts from 1 without a gap and becomes the database's user_version. The first line of
// a `down` that drops data must begin with "-- loses:" and say what goes: without the caller's
// consent it is refused. Neither text may begin or end a transaction.
using Migration = EmbeddedMigration;

}  // namespace kontor::store
