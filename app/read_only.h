// Looks into a database without its lock, so also while a server runs.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "store/connection.h"
#include "store/sql_failure.h"
#include "store/transaction.h"

namespace kontor::app {

// Runs `look(ReadTx&)`, which returns a Result, in one read transaction.
template <class Look>
auto read_only(const std::filesystem::path& database, Look&& look)
    -> std::invoke_result_t<Look, store::ReadTx&> {
  try {
    store::Connection connection({.database = database, .role = store::Role::reader});
    connection.run_script("BEGIN;");
    store::ReadTx tx(connection);
    return look(tx);
  } catch (const store::SqlFailure& failure) {
    return store::to_error(failure);
  }
}

}  // namespace kontor::app
