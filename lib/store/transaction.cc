#include "store/transaction.h"

#include <sqlite3.h>

#include <utility>

#include "store/connection.h"
#include "store/sql_failure.h"

namespace kontor::store {

Statement ReadTx::prepare(std::string_view sql) { return connection_.prepare(sql); }

std::int64_t WriteTx::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_.handle());
}

std::int64_t WriteTx::changes() const { return sqlite3_changes64(connection_.handle()); }

Result<void> WriteTx::nested(const std::function<Result<void>()>& step) {
  connection_.prepare("SAVEPOINT nested").run();
  Result<void> outcome;
  try {
    outcome = step();
  } catch (const SqlFailure& failure) {
    if (!connection_.in_transaction() || failure.ends_transaction()) throw;
    outcome = to_error(failure);
  }
  if (!outcome.ok()) connection_.prepare("ROLLBACK TO nested").run();
  connection_.prepare("RELEASE nested").run();
  return outcome;
}

std::int64_t WriteTx::total_changes() const {
  return sqlite3_total_changes64(connection_.handle());
}

void WriteTx::outdate_memory() {
  after_commit([&connection = connection_] { connection.count_generation(); });
}

void WriteTx::after_commit(std::function<void()> action) {
  after_commit_.push_back(std::move(action));
}

}  // namespace kontor::store
