// The table schema_migrations: which steps the database took, when, and with which text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/connection.h"
#include "store/migration.h"

namespace kontor::store {

struct HistoryRow {
  int version = 0;
  std::string name;
  std::string checksum;  // SHA-256 of the text of the step up
  std::int64_t applied_at = 0;
  std::int64_t duration_ms = 0;
  std::string program;
};

// All throw SqlFailure.
std::vector<HistoryRow> read_history(Connection& connection);
void make_history(Connection& connection);
void add_history(Connection& connection, const HistoryRow& row);
void remove_history(Connection& connection, int version);

std::string checksum_of(const Migration& migration);

// The database's user_version, once it is sure that the file is ours (or empty: 0), that it is not
// newer than `migrations`, and that the steps it took still have the text it took.
Result<int> check_history(Connection& connection, std::span<const Migration> migrations);

}  // namespace kontor::store
