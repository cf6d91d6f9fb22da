// Takes a database from one schema to another: each step a transaction of its own that holds the
// step, its record and its checks, so that a kill at any point leaves the old or the new schema.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/connection.h"
#include "store/migration.h"

namespace kontor::store {

struct MigratorOptions {
  std::filesystem::path database;  // made if it is not there
  std::filesystem::path backups;   // folder for the snapshots; made if it is not there
  std::span<const Migration> migrations = embedded_schema();
  std::string program = {};  // the program's version, for the record
  std::string vfs = {};
};

struct MigrationState {
  int version = 0;
  std::string name;
  std::int64_t applied_at = 0;  // milliseconds UTC; 0: pending
  std::int64_t duration_ms = 0;
  std::string program;
};

struct MigrationStatus {
  int current = 0;  // the database's version; 0: empty
  int newest = 0;   // the program's
  std::vector<MigrationState> steps;
};

struct PlannedStep {
  int version = 0;
  std::string name;
  bool up = true;
  std::string loses;  // of a step down: what it drops; empty: nothing
};

struct MigrateOptions {
  std::optional<int> to = {};    // up: the newest if not given; down: one step back if not given
  bool dry_run = false;          // run the steps and their checks, then take everything back
  bool allow_data_loss = false;  // for steps down that say what they lose
};

struct MigrationReport {
  std::vector<PlannedStep> steps;
  std::filesystem::path snapshot;  // empty: none was needed
  int version = 0;                 // the database's afterwards
};

// The data directory's lock must be held, and no Store be open. One thread.
class Migrator {
 public:
  // Code::newer_schema if the database is newer than the program, Code::verification_failed if it
  // is another program's or a step that it took has another text now. Bytes stay untouched then.
  static Result<Migrator> open(MigratorOptions options, const Clock& clock);

  Result<MigrationStatus> status();
  // What up() or down() would do.
  Result<std::vector<PlannedStep>> plan_up(std::optional<int> to = {});
  Result<std::vector<PlannedStep>> plan_down(std::optional<int> to = {});
  // Before the first step a checked snapshot goes to <backups>/pre-<from>-<to>.db, unless the
  // database is empty. A step that fails leaves the schema of the step before it.
  Result<MigrationReport> up(const MigrateOptions& options = {});
  Result<MigrationReport> down(const MigrateOptions& options = {});

 private:
  Migrator(MigratorOptions options, const Clock& clock)
      : options_(std::move(options)), clock_(&clock) {}

  Result<int> current_version();
  Result<int> target_up(std::optional<int> to, int current) const;
  Result<int> target_down(std::optional<int> to, int current) const;
  Result<MigrationReport> run(std::vector<PlannedStep> steps, int from, int to, bool dry_run);
  Result<void> take_step(Connection& connection, const PlannedStep& step) const;
  Result<void> perform(Connection& connection, MigrationReport& report) const;
  Result<void> rehearse(Connection& connection, const MigrationReport& report) const;
  Result<std::filesystem::path> take_snapshot(int from, int to) const;

  MigratorOptions options_;
  const Clock* clock_;
};

}  // namespace kontor::store
