#include "store/migration_history.h"

#include "base/sha256.h"
#include "store/identity.h"

namespace kontor::store {
namespace {

constexpr const char* k_make_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, "
    "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL, "
    "duration_ms INTEGER NOT NULL, program TEXT NOT NULL) STRICT";

Error changed_history(int version, const std::string& name) {
  return {.code = Code::verification_failed,
          .message = "Step " + std::to_string(version) + " (" + name +
                     ") of the schema is not the one that this database took.",
          .kind = "history_changed",
          .hint = "use the program that made the database, or restore a backup"};
}

Error broken_history(int version, std::size_t rows) {
  return {.code = Code::verification_failed,
          .message = "The database says schema " + std::to_string(version) + " and lists " +
                     std::to_string(rows) + " steps.",
          .kind = "history_changed",
          .hint = "restore a backup"};
}

Error newer(int version, std::size_t known) {
  return {.code = Code::newer_schema,
          .message = "The database has schema " + std::to_string(version) +
                     ", this program knows schemas up to " + std::to_string(known) + ".",
          .hint = "use the newer program; this one has not touched the database"};
}

Error foreign_database() {
  return {.code = Code::verification_failed,
          .message = "The file is not a Kontor database.",
          .kind = "foreign_database",
          .hint = "look whether --data names the right directory"};
}

bool has_history(Connection& connection) {
  return connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") >
         0;
}

Result<void> compare(const std::vector<HistoryRow>& rows, std::span<const Migration> migrations) {
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const bool same = rows[at].version == migrations[at].version &&
                      rows[at].checksum == checksum_of(migrations[at]);
    if (!same) return changed_history(rows[at].version, rows[at].name);
  }
  return {};
}

}  // namespace

std::vector<HistoryRow> read_history(Connection& connection) {
  std::vector<HistoryRow> rows;
  if (!has_history(connection)) return rows;
  Statement query = connection.prepare(
      "SELECT version, name, checksum, applied_at, duration_ms, program FROM schema_migrations "
      "ORDER BY version");
  while (query.step()) {
    rows.push_back({.version = static_cast<int>(query.integer(0)),
                    .name = std::string(query.text(1)),
                    .checksum = std::string(query.text(2)),
                    .applied_at = query.integer(3),
                    .duration_ms = query.integer(4),
                    .program = std::string(query.text(5))});
  }
  return rows;
}

void make_history(Connection& connection) {
  connection.prepare(k_make_table).run();
  connection.run_script("PRAGMA application_id=" + std::to_string(k_application_id) + ";");
}

void add_history(Connection& connection, const HistoryRow& row) {
  connection.prepare("INSERT INTO schema_migrations VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .with(std::int64_t{row.version}, std::string_view(row.name), std::string_view(row.checksum),
            row.applied_at, row.duration_ms, std::string_view(row.program))
      .run();
}

void remove_history(Connection& connection, int version) {
  connection.prepare("DELETE FROM schema_migrations WHERE version = ?1")
      .with(std::int64_t{version})
      .run();
}

std::string checksum_of(const Migration& migration) { return sha256_hex(migration.up); }

Result<int> check_history(Connection& connection, std::span<const Migration> migrations) {
  const auto version = static_cast<int>(connection.integer("PRAGMA user_version"));
  const std::int64_t owner = connection.integer("PRAGMA application_id");
  const bool empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (owner != k_application_id) {
    if (empty && owner == 0 && version == 0) return 0;
    return foreign_database();
  }
  const std::size_t known = migrations.size();
  if (version > static_cast<int>(known)) return newer(version, known);
  const std::vector<HistoryRow> rows = read_history(connection);
  if (static_cast<int>(rows.size()) != version) return broken_history(version, rows.size());
  TRY(compare(rows, migrations));
  return version;
}

}  // namespace kontor::store
