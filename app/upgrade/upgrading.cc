#include "upgrade/upgrading.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "backup/durable_file.h"
#include "base/json.h"
#include "exit_code.h"
#include "store/start_check.h"
#include "upgrade/verb_failed.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_backup_ms = 6 * 3'600'000;

// Gone at the end of its scope, if it did not get its name.
class FreshCopy {
 public:
  explicit FreshCopy(std::filesystem::path file) : file_(std::move(file)) {}
  FreshCopy(const FreshCopy&) = delete;
  FreshCopy& operator=(const FreshCopy&) = delete;
  ~FreshCopy() { ::unlink(file_.c_str()); }

 private:
  std::filesystem::path file_;
};

bool is_there(const std::filesystem::path& path) {
  struct stat entry {};
  return ::lstat(path.c_str(), &entry) == 0;
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

}  // namespace

Upgrading::Upgrading(const Session& session, const Config& config, UpgradeWish wish)
    : session_(session),
      wish_(std::move(wish)),
      data_(data_path(config)),
      server_(session, config, data_) {
  struct stat entry {};
  if (::geteuid() != 0 || ::stat(data_.c_str(), &entry) != 0 || entry.st_uid == 0) return;
  owner_ = ChildOwner{entry.st_uid, entry.st_gid};
}

Result<UpgradeOutcome> Upgrading::run() {
  const auto lock = backup::FileLock::try_folder(wish_.program.parent_path());
  if (!lock.ok()) {
    Error error = lock.error();
    if (error.code == Code::busy)
      error.message = "Another upgrade runs beside " + wish_.program.string() + ".";
    return error;
  }
  const auto record = TRY(read_record(wish_.program));
  if (record && record->is_pending()) return resume(*record);
  return wish_.rollback ? roll_back() : upgrade();
}

void Upgrading::step(const std::string& text) {
  session_.output.note(text);
  steps_.push_back(text);
}

bool Upgrading::serves(const UpgradeRecord& record) const {
  return !record.unit.empty() || !record.restart.empty();
}

Result<ChildEnd> Upgrading::run_verb(const std::filesystem::path& program,
                                     const std::filesystem::path& data,
                                     std::vector<std::string> verb, std::int64_t timeout_ms) const {
  std::vector<std::string> arguments = {program.string(), "--data", data.string()};
  if (!session_.flags.config.empty()) {
    arguments.insert(arguments.end(), {"--config", session_.flags.config});
  }
  arguments.insert(arguments.end(), verb.begin(), verb.end());
  return run_child({.arguments = std::move(arguments),
                    .environment = &session_.environment,
                    .owner = owner_,
                    .timeout_ms = timeout_ms});
}

Result<UpgradeOutcome> Upgrading::upgrade() {
  if (wish_.file.empty()) {
    return Error{.code = Code::usage,
                 .message = "--file or --rollback is missing; no upgrade was interrupted.",
                 .kind = "usage",
                 .hint = "kontor upgrade --file ./kontor"};
  }
  TRY(check_installed());
  const FreshCopy copy(fresh_of(wish_.program));
  const std::filesystem::path fresh = fresh_of(wish_.program);
  TRY(bring_fresh());
  const ProgramVersion now = TRY(version_of(wish_.program));
  const ProgramVersion next = TRY(version_of(fresh));
  TRY(check_version(now, next));
  step("From " + now.version + " to " + next.version + ".");
  UpgradeRecord record{.from = now.version, .to = next.version, .data = data_.string()};
  record.key_file = wish_.key_file;
  record.schema = TRY(schema_now(next));
  TRY(find_server(record));
  TRY(check_settings_with(fresh));
  TRY(check_plan_with(fresh));
  if (wish_.dry_run) {
    return UpgradeOutcome{
        .outcome = "planned", .from = now.version, .to = next.version, .steps = steps_};
  }
  TRY(make_backup(record));
  TRY(swap(record));
  return start_new(std::move(record));
}

Result<void> Upgrading::make_backup(UpgradeRecord& record) {
  const ChildEnd made =
      TRY(run_verb(wish_.program, data_, {"backup", "create", "--reason", "pre-upgrade", "--json"},
                   k_backup_ms));
  // 3: it is made, and a copy of it still waits for its target.
  if (made.exit != k_exit_ok && made.exit != k_exit_partly) {
    return verb_failed(made, "No backup could be made");
  }
  const auto json = parse_json(made.out);
  if (json.ok()) {
    record.backup = text_of(*json, "file");
    record.taken_at = text_of(*json, "taken_at");
  }
  if (record.backup.empty()) return verb_failed(made, "The backup does not tell its name");
  std::vector<std::string> verify = {"verify", record.backup, "--drill", "--json"};
  if (!record.key_file.empty()) verify.insert(verify.end(), {"--key-file", record.key_file});
  const ChildEnd proven = TRY(run_verb(wish_.program, data_, std::move(verify), k_backup_ms));
  if (proven.exit != k_exit_ok) {
    Error error = verb_failed(proven, record.backup + " could not be proven");
    if (error.code == Code::wrong_key) error.hint = "give the key that opens it with --key-file";
    return error;
  }
  step("Backup " + record.backup + ", proven by restoring it.");
  return {};
}

// The program's name never leads nowhere: the old one gets a second name, then the new one takes
// the first in one rename.
Result<void> Upgrading::swap(UpgradeRecord& record) {
  const std::filesystem::path& program = wish_.program;
  const std::filesystem::path previous = previous_of(program);
  record.stage = UpgradeStage::swapping;
  TRY(write_record(program, record));
  ::unlink(previous.c_str());
  if (::link(program.c_str(), previous.c_str()) != 0) {
    const Error error = backup::file_error(previous, "cannot be made");
    TRY(remove_record(program));
    return error;
  }
  TRY(store::sync_folder(program.parent_path()));
  TRY(backup::move(fresh_of(program), program));
  TRY(store::sync_folder(program.parent_path()));
  step(program.string() + " is the new program, " + previous.string() + " the old one.");
  return {};
}

Result<UpgradeOutcome> Upgrading::start_new(UpgradeRecord record) {
  record.stage = UpgradeStage::starting;
  TRY(write_record(wish_.program, record));
  if (serves(record)) {
    const auto restarted = server_.restart(record, log_of(wish_.program), false);
    if (!restarted.ok()) return go_back(std::move(record), restarted.error().message);
    step("The service was restarted.");
    if (!server_.wait_until_ready(record.wait_s, old_pid_)) {
      const std::string late = "It was not ready after " + std::to_string(record.wait_s) + " s.";
      return go_back(std::move(record), late);
    }
    step("The new program is ready.");
  } else {
    step("No server runs: the new program works from its next start.");
  }
  record.stage = UpgradeStage::done;
  TRY(write_record(wish_.program, record));
  return UpgradeOutcome{.outcome = "upgraded",
                        .from = record.from,
                        .to = record.to,
                        .backup = record.backup,
                        .is_served = serves(record),
                        .steps = steps_};
}

// Before the rename nothing has changed but names; after it the way goes on.
Result<UpgradeOutcome> Upgrading::resume(UpgradeRecord record) {
  const std::filesystem::path& program = wish_.program;
  step("An upgrade from " + record.from + " to " + record.to + " of " + record.data +
       " was interrupted" +
       (record.stage == UpgradeStage::going_back ? " while it went back." : "."));
  if (record.data != data_.string()) {
    return Error{.code = Code::conflict,
                 .message = "The upgrade that was interrupted is that of " + record.data + ".",
                 .kind = "upgrade_pending",
                 .hint = "kontor --data " + record.data + " upgrade"};
  }
  if (wish_.dry_run) {
    return UpgradeOutcome{
        .outcome = "planned", .from = record.from, .to = record.to, .steps = steps_};
  }
  const auto running = server_.pid();
  old_pid_ = running.ok() ? *running : 0;
  if (!wish_.unit.empty() || !wish_.restart.empty()) {
    record.unit = wish_.unit;
    record.restart = wish_.restart;
  }
  if (wish_.wait_s > 0) record.wait_s = wish_.wait_s;
  if (record.stage == UpgradeStage::going_back) return go_back(std::move(record), {});
  if (record.stage == UpgradeStage::starting || !is_there(fresh_of(program))) {
    return wish_.rollback ? go_back(std::move(record), "It was interrupted.")
                          : start_new(std::move(record));
  }
  ::unlink(fresh_of(program).c_str());
  TRY(remove_record(program));
  step("The new program had not come in yet. Nothing was changed; begin again.");
  return UpgradeOutcome{
      .outcome = "nothing_changed", .from = record.from, .to = record.to, .steps = steps_};
}

}  // namespace kontor::app
