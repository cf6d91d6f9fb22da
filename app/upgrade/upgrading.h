// Replaces the program of a data directory by another one, and puts the previous one back: when the
// new one does not become ready, or when asked. The work on the data is done by the programs
// themselves, through their verbs and with the rights of the data's owner.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "session.h"
#include "upgrade/child_program.h"
#include "upgrade/program_version.h"
#include "upgrade/server_control.h"
#include "upgrade/upgrade_record.h"

namespace kontor::app {

struct UpgradeWish {
  std::filesystem::path program;  // the one that is installed; absolute
  std::filesystem::path file;     // the new one; empty: none
  std::string unit, restart, key_file;
  std::int64_t wait_s = 0;  // 0: a minute, or what the interrupted run was given
  bool rollback = false;
  bool dry_run = false;
  bool allow_downgrade = false;
  bool allow_data_loss = false;
};

struct UpgradeOutcome {
  std::string outcome;  // "planned", "upgraded", "rolled_back", "nothing_changed"
  std::string from, to;
  std::string backup;     // the one that was made, or restored
  bool restored = false;  // the database is that of the backup
  bool is_served = false;
  std::vector<std::string> steps;  // what was done, in its order
};

// One run of the verb, in a process of one thread.
class Upgrading {
 public:
  Upgrading(const Session& session, const Config& config, UpgradeWish wish);

  // What an interrupted run has left is finished or taken back first, and then that is all.
  Result<UpgradeOutcome> run();

 private:
  // The checks; nothing but the fresh copy of the program and a copy of the database is written.
  Result<void> check_installed() const;
  Result<void> bring_fresh() const;
  Result<ProgramVersion> version_of(const std::filesystem::path& program) const;
  Result<void> check_version(const ProgramVersion& now, const ProgramVersion& next) const;
  Result<std::int64_t> schema_now(const ProgramVersion& next) const;
  Result<void> check_settings_with(const std::filesystem::path& program);
  Result<void> check_plan_with(const std::filesystem::path& program);
  Result<void> plan_on_copy(const std::filesystem::path& program,
                            const std::filesystem::path& copy);
  Result<void> find_server(UpgradeRecord& record);

  Result<UpgradeOutcome> upgrade();
  Result<void> make_backup(UpgradeRecord& record);
  Result<void> swap(UpgradeRecord& record);
  Result<UpgradeOutcome> start_new(UpgradeRecord record);
  Result<UpgradeOutcome> roll_back();
  Result<UpgradeOutcome> resume(UpgradeRecord record);
  Result<bool> needs_backup(const std::filesystem::path& program,
                            const UpgradeRecord& record) const;
  Result<UpgradeOutcome> go_back(UpgradeRecord record, const std::string& why);
  Result<void> bring_back(UpgradeRecord& record);
  Result<void> restore(const UpgradeRecord& record);
  Result<UpgradeOutcome> finish_back(const UpgradeRecord& record, const std::string& why);

  // A verb of a program, on a data directory, with its owner's rights.
  Result<ChildEnd> run_verb(const std::filesystem::path& program, const std::filesystem::path& data,
                            std::vector<std::string> verb, std::int64_t timeout_ms) const;
  void step(const std::string& text);
  bool serves(const UpgradeRecord& record) const;

  const Session& session_;
  UpgradeWish wish_;
  std::filesystem::path data_;
  ServerControl server_;
  std::optional<ChildOwner> owner_;
  std::int64_t old_pid_ = 0;
  bool restored_ = false;
  std::vector<std::string> steps_;
};

}  // namespace kontor::app
