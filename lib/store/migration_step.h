// One step of the schema inside the transaction that the caller has begun.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/connection.h"
#include "store/migration.h"

namespace kontor::store {

// Runs the step's text, notes it in the history, sets user_version and checks the result: no
// reference without its target, and a database that SQLite finds whole.
Result<void> step_up(Connection& connection, const Migration& migration, const Clock& clock,
                     const std::string& program);
Result<void> step_down(Connection& connection, const Migration& migration);

// What the first line of the step down says it loses; empty: nothing.
std::string loss_of(const Migration& migration);

}  // namespace kontor::store
