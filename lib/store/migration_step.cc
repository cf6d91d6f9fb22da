#include "store/migration_step.h"

#include <algorithm>
#include <string_view>

#include "store/migration_history.h"
#include "store/sql_failure.h"
#include "store/start_check.h"

namespace kontor::store {
namespace {

constexpr std::string_view k_loses = "-- loses:";

Error step_error(const Migration& migration, const char* way, const std::string& why) {
  return {.code = Code::internal,
          .message = "Step " + std::to_string(migration.version) + " (" +
                     std::string(migration.name) + ") " + way + " failed: " + why,
          .kind = "migration_failed",
          .hint = "the database still has the schema of before this step"};
}

Result<void> run_text(Connection& connection, const Migration& migration, std::string_view text,
                      const char* way) {
  try {
    connection.run_script(std::string(text));
  } catch (const SqlFailure& failure) {
    if (failure.ends_transaction()) throw;
    return step_error(migration, way, failure.what());
  }
  if (connection.in_transaction()) return {};
  return step_error(migration, way, "its text ends the transaction");
}

Result<void> check_references(Connection& connection, const Migration& migration, const char* way) {
  Statement broken = connection.prepare("PRAGMA foreign_key_check");
  if (!broken.step()) return {};
  return step_error(migration, way,
                    "a row of " + std::string(broken.text(0)) + " refers to a row of " +
                        std::string(broken.text(2)) + " that is not there");
}

Result<void> finish(Connection& connection, const Migration& migration, int version,
                    const char* way) {
  connection.run_script("PRAGMA user_version=" + std::to_string(version) + ";");
  TRY(check_references(connection, migration, way));
  return quick_check(connection);
}

}  // namespace

Result<void> step_up(Connection& connection, const Migration& migration, const Clock& clock,
                     const std::string& program) {
  const std::int64_t began_ms = clock.monotonic_ms();
  make_history(connection);
  TRY(run_text(connection, migration, migration.up, "up"));
  add_history(connection, {.version = migration.version,
                           .name = std::string(migration.name),
                           .checksum = checksum_of(migration),
                           .applied_at = clock.now_ms(),
                           .duration_ms = clock.monotonic_ms() - began_ms,
                           .program = program});
  return finish(connection, migration, migration.version, "up");
}

Result<void> step_down(Connection& connection, const Migration& migration) {
  TRY(run_text(connection, migration, migration.down, "down"));
  remove_history(connection, migration.version);
  return finish(connection, migration, migration.version - 1, "down");
}

std::string loss_of(const Migration& migration) {
  if (!migration.down.starts_with(k_loses)) return {};
  std::string_view line = migration.down.substr(k_loses.size());
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.empty() ? "data" : std::string(line);
}

}  // namespace kontor::store
