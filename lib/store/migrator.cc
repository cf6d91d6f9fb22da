#include "store/migrator.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/migration_history.h"
#include "store/migration_step.h"
#include "store/snapshot.h"
#include "store/sql_failure.h"
#include "store/start_check.h"
#include "store/wal_scan.h"

namespace kontor::store {
namespace {

Error no_such_version(int wanted, int lowest, int highest) {
  return {.code = Code::usage,
          .message = "Schema " + std::to_string(wanted) + " cannot be reached from here.",
          .hint = "--to takes " + std::to_string(lowest) + " to " + std::to_string(highest)};
}

Error would_lose(const PlannedStep& step) {
  return {.code = Code::conflict,
          .message = "Taking back step " + std::to_string(step.version) + " (" + step.name +
                     ") loses " + step.loses,
          .kind = "data_loss",
          .hint = "say --allow-data-loss if that is meant; a snapshot is kept"};
}

template <class Work>
auto contained(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

bool is_empty_or_missing(const std::filesystem::path& file) {
  std::error_code failure;
  return std::filesystem::file_size(file, failure) == 0 || failure;
}

class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.run_script("BEGIN IMMEDIATE;");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    try {
      if (connection_.in_transaction()) connection_.run_script("ROLLBACK;");
    } catch (const SqlFailure&) {
      // Closing the connection takes the transaction back as well.
    }
  }
  void commit() { connection_.run_script("COMMIT;"); }

 private:
  Connection& connection_;
};

}  // namespace

Result<Migrator> Migrator::open(MigratorOptions options, const Clock& clock) {
  TRY(check_sqlite());
  TRY(make_room_to_open(options.database));
  TRY(check_wal(options.database));
  Migrator migrator(std::move(options), clock);
  TRY(migrator.current_version());
  return migrator;
}

Result<int> Migrator::current_version() {
  if (is_empty_or_missing(options_.database)) return 0;
  return contained([this]() -> Result<int> {
    Connection reader({.database = options_.database, .vfs = options_.vfs});
    return check_history(reader, options_.migrations);
  });
}

Result<MigrationStatus> Migrator::status() {
  MigrationStatus status;
  status.current = TRY(current_version());
  status.newest = static_cast<int>(options_.migrations.size());
  std::vector<HistoryRow> rows;
  if (status.current > 0) {
    rows = TRY(contained([this]() -> Result<std::vector<HistoryRow>> {
      Connection reader({.database = options_.database, .vfs = options_.vfs});
      return read_history(reader);
    }));
  }
  for (const HistoryRow& row : rows) {
    status.steps.push_back({row.version, row.name, row.applied_at, row.duration_ms, row.program});
  }
  for (const Migration& step : options_.migrations.subspan(rows.size())) {
    status.steps.push_back({.version = step.version, .name = std::string(step.name)});
  }
  return status;
}

Result<int> Migrator::target_up(std::optional<int> to, int current) const {
  const auto newest = static_cast<int>(options_.migrations.size());
  const int target = to.value_or(newest);
  if (target < current || target > newest) return no_such_version(target, current, newest);
  return target;
}

Result<int> Migrator::target_down(std::optional<int> to, int current) const {
  const int target = to.value_or(current - 1);
  if (target < 0 || target > current) return no_such_version(target, 0, current);
  return target;
}

Result<std::vector<PlannedStep>> Migrator::plan_up(std::optional<int> to) {
  const int current = TRY(current_version());
  const int target = TRY(target_up(to, current));
  std::vector<PlannedStep> steps;
  for (int version = current + 1; version <= target; ++version) {
    const Migration& step = options_.migrations[static_cast<std::size_t>(version - 1)];
    steps.push_back({.version = version, .name = std::string(step.name)});
  }
  return steps;
}

Result<std::vector<PlannedStep>> Migrator::plan_down(std::optional<int> to) {
  const int current = TRY(current_version());
  const int target = TRY(target_down(to, current));
  std::vector<PlannedStep> steps;
  for (int version = current; version > target; --version) {
    const Migration& step = options_.migrations[static_cast<std::size_t>(version - 1)];
    steps.push_back(
        {.version = version, .name = std::string(step.name), .up = false, .loses = loss_of(step)});
  }
  return steps;
}

Result<MigrationReport> Migrator::up(const MigrateOptions& options) {
  const int current = TRY(current_version());
  const int target = TRY(target_up(options.to, current));
  return run(TRY(plan_up(target)), current, target, options.dry_run);
}

Result<MigrationReport> Migrator::down(const MigrateOptions& options) {
  const int current = TRY(current_version());
  const int target = TRY(target_down(options.to, current));
  std::vector<PlannedStep> steps = TRY(plan_down(target));
  for (const PlannedStep& step : steps) {
    if (!step.loses.empty() && !options.allow_data_loss) return would_lose(step);
  }
  return run(std::move(steps), current, target, options.dry_run);
}

Result<std::filesystem::path> Migrator::take_snapshot(int from, int to) const {
  if (::mkdir(options_.backups.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{.code = Code::io_error, .message = options_.backups.string() + " cannot be made."};
  }
  const std::filesystem::path target =
      options_.backups / ("pre-" + std::to_string(from) + "-" + std::to_string(to) + ".db");
  const std::filesystem::path fresh = target.string() + ".new";
  std::error_code failure;
  std::filesystem::remove(fresh, failure);
  TRY(write_snapshot(options_.database, fresh, options_.vfs));
  std::filesystem::rename(fresh, target, failure);
  if (failure)
    return Error{.code = Code::io_error, .message = target.string() + " cannot be made."};
  TRY(sync_folder(options_.backups));
  return target;
}

Result<MigrationReport> Migrator::run(std::vector<PlannedStep> steps, int from, int to,
                                      bool dry_run) {
  MigrationReport report{.steps = std::move(steps), .version = from};
  if (report.steps.empty()) return report;
  if (from > 0 && !dry_run) report.snapshot = TRY(take_snapshot(from, to));
  return contained([&]() -> Result<MigrationReport> {
    Connection connection(
        {.database = options_.database, .role = Role::migrator, .vfs = options_.vfs});
    // A table that is built anew is dropped while others refer to it, and foreign keys cannot be
    // switched off inside a transaction. Each step checks all references before it ends.
    connection.run_script("PRAGMA foreign_keys=OFF;");
    TRY(dry_run ? rehearse(connection, report) : perform(connection, report));
    return report;
  });
}

Result<void> Migrator::take_step(Connection& connection, const PlannedStep& step) const {
  const Migration& migration = options_.migrations[static_cast<std::size_t>(step.version - 1)];
  if (step.up) return step_up(connection, migration, *clock_, options_.program);
  return step_down(connection, migration);
}

Result<void> Migrator::perform(Connection& connection, MigrationReport& report) const {
  for (const PlannedStep& step : report.steps) {
    Transaction transaction(connection);
    TRY(take_step(connection, step));
    transaction.commit();
    report.version = step.up ? step.version : step.version - 1;
  }
  connection.run_script("PRAGMA optimize=0x10002; PRAGMA wal_checkpoint(TRUNCATE);");
  return sync_folder(options_.database.parent_path());
}

// All steps in one transaction, as each needs the one before it.
Result<void> Migrator::rehearse(Connection& connection, const MigrationReport& report) const {
  const Transaction transaction(connection);
  for (const PlannedStep& step : report.steps) TRY(take_step(connection, step));
  return {};
}

}  // namespace kontor::store
