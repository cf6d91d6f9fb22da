#include "migration_trial.h"

#include "composition.h"
#include "read_only.h"
#include "scratch_folder.h"
#include "store/snapshot.h"

namespace kontor::app {
namespace {

using Counts = std::map<std::string, std::int64_t>;

Result<Counts> count_rows(const std::filesystem::path& database) {
  return read_only(database, [](store::ReadTx& tx) -> Result<Counts> {
    Counts counts;
    store::Statement table = tx.prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite_%'");
    while (table.step()) {
      const std::string name(table.text(0));
      store::Statement rows = tx.prepare("SELECT count(*) FROM \"" + name + "\"");
      rows.step();
      counts[name] = rows.integer(0);
    }
    return counts;
  });
}

}  // namespace

Result<MigrationTrial> try_migration(store::Migrator& migrator, const std::filesystem::path& data,
                                     std::optional<int> to, const Clock& clock) {
  MigrationTrial trial;
  trial.steps = TRY(migrator.plan_up(to));
  if (trial.steps.empty()) return trial;
  const ScratchFolder scratch = TRY(ScratchFolder::make(data / "backups", "plan-"));
  store::MigratorOptions options = migrator_options(scratch.path());
  TRY(store::write_snapshot(data / "kontor.db", options.database));
  for (const auto& [table, count] : TRY(count_rows(options.database))) {
    trial.rows[table].before = count;
  }
  store::Migrator copy = TRY(store::Migrator::open(options, clock));
  const std::int64_t begin_ms = clock.monotonic_ms();
  TRY(copy.up({.to = to}));
  trial.duration_ms = clock.monotonic_ms() - begin_ms;
  for (const auto& [table, count] : TRY(count_rows(options.database))) {
    trial.rows[table].after = count;
  }
  return trial;
}

}  // namespace kontor::app
