#include "migration_trial.h"

#include <unistd.h>

#include <system_error>

#include "composition.h"
#include "read_only.h"
#include "store/snapshot.h"

namespace kontor::app {
namespace {

// A folder that is removed with all that is in it.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code ignored;
    std::filesystem::create_directory(path_, ignored);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
  const ScratchFolder scratch(data / "backups" / ("plan-" + std::to_string(::getpid())));
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
