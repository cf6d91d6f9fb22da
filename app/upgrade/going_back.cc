// The previous program comes back, with the data that belong to it if it cannot read those of now.
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>

#include "backup/durable_file.h"
#include "base/json.h"
#include "exit_code.h"
#include "store/start_check.h"
#include "upgrade/upgrading.h"
#include "upgrade/verb_failed.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_back_s = 60;  // at least: it has served before
constexpr std::int64_t k_check_ms = 60'000, k_restore_ms = 6 * 3'600'000;
// A service manager of another kind may have started the old program meanwhile, which refuses the
// data and leaves at once.
constexpr int k_tries = 20, k_between_ms = 250;

bool is_there(const std::filesystem::path& path) {
  struct stat entry {};
  return ::stat(path.c_str(), &entry) == 0;
}

Error would_lose(const UpgradeRecord& record) {
  return {.code = Code::conflict,
          .message = "The database is newer than " + record.from +
                     " knows. With the backup of before the upgrade, all that was entered since " +
                     record.taken_at + " goes; it is kept aside in before-restore-….",
          .kind = "data_loss",
          .hint =
              "say --allow-data-loss if that is meant; `kontor migrate down` with the new "
              "program first keeps what the old schema can hold"};
}

}  // namespace

Result<bool> Upgrading::needs_backup(const std::filesystem::path& program,
                                     const UpgradeRecord& record) const {
  const ChildEnd end = TRY(run_verb(program, data_, {"migrate", "status", "--json"}, k_check_ms));
  if (end.exit == k_exit_newer_schema || end.exit == k_exit_verification) return true;
  if (end.exit != k_exit_ok) return verb_failed(end, "The database cannot be read");
  const auto status = parse_json(end.out);
  const Json* current = status.ok() ? status->find("current") : nullptr;
  const bool is_told = current != nullptr && current->integer() != nullptr;
  return !record.is_wanted && is_told && *current->integer() != record.schema;
}

Result<UpgradeOutcome> Upgrading::roll_back() {
  const std::filesystem::path previous = previous_of(wish_.program);
  if (!is_there(previous)) {
    return Error{.code = Code::not_found,
                 .message = "There is no " + previous.string() + " to go back to.",
                 .kind = "no_previous_program",
                 .hint = "give the old program with --file and --allow-downgrade"};
  }
  auto known = TRY(read_record(wish_.program));
  UpgradeRecord record = known && known->data == data_ ? *known : UpgradeRecord();
  record.data = data_.string();
  record.from = TRY(version_of(previous))
  .version;
  const auto now = version_of(wish_.program);
  record.to = now.ok() ? now->version : "a program that does not run";
  record.is_wanted = true;
  if (!wish_.key_file.empty()) record.key_file = wish_.key_file;
  TRY(find_server(record));
  step("Back from " + record.to + " to " + record.from + ".");
  const bool needs = TRY(needs_backup(previous, record));
  if (needs && !is_there(record.backup)) {
    return Error{.code = Code::newer_schema,
                 .message = "The database is newer than " + record.from +
                            " knows, and there is no backup of before the upgrade.",
                 .hint = "kontor migrate down --allow-data-loss, with the new program"};
  }
  if (needs && !wish_.allow_data_loss) return would_lose(record);
  if (wish_.dry_run) {
    return UpgradeOutcome{.outcome = "planned",
                          .from = record.to,
                          .to = record.from,
                          .backup = needs ? record.backup : "",
                          .steps = steps_};
  }
  return go_back(std::move(record), {});
}

Result<UpgradeOutcome> Upgrading::go_back(UpgradeRecord record, const std::string& why) {
  if (!why.empty()) step(why);
  record.stage = UpgradeStage::going_back;
  TRY(write_record(wish_.program, record));
  const auto back = bring_back(record);
  if (back.ok()) return finish_back(record, why);
  Error error = back.error();
  error.message = (why.empty() ? "" : why + " ") + "Going back to " + record.from +
                  " came to a halt: " + error.message;
  error.hint = "put that right, then go on with kontor upgrade --rollback";
  return error;
}

// Every part can be done twice: a run that was killed in the middle is gone through again.
Result<void> Upgrading::bring_back(UpgradeRecord& record) {
  const std::filesystem::path& program = wish_.program;
  if (is_there(previous_of(program))) {
    TRY(backup::move(previous_of(program), program));
    TRY(store::sync_folder(program.parent_path()));
    step(program.string() + " is " + record.from + " again.");
  }
  // What failed may still be changing the schema; who is asked to go back looks while it serves.
  if (!record.is_wanted || TRY(needs_backup(program, record))) {
    record.stops = true;
    TRY(write_record(program, record));
    TRY(server_.stop(record));
    if (TRY(needs_backup(program, record))) TRY(restore(record));
  }
  if (!serves(record)) return {};
  return server_.restart(record, log_of(program), record.stops);
}

Result<void> Upgrading::restore(const UpgradeRecord& record) {
  std::vector<std::string> verb = {"restore", record.backup, "--in-place", "--json"};
  if (!record.key_file.empty()) verb.insert(verb.end(), {"--key-file", record.key_file});
  ChildEnd end = TRY(run_verb(wish_.program, data_, verb, k_restore_ms));
  for (int i = 0; i < k_tries && end.exit == k_exit_locked; ++i) {
    ::poll(nullptr, 0, k_between_ms);
    end = TRY(run_verb(wish_.program, data_, verb, k_restore_ms));
  }
  if (end.exit != k_exit_ok) return verb_failed(end, record.backup + " cannot be restored");
  const auto json = parse_json(end.out);
  const Json* aside = json.ok() ? json->find("aside") : nullptr;
  step("The database is that of " + record.backup +
       (aside != nullptr && aside->string() != nullptr
            ? "; what was there is in " + *aside->string() + "."
            : "."));
  restored_ = true;
  return {};
}

Result<UpgradeOutcome> Upgrading::finish_back(const UpgradeRecord& record, const std::string& why) {
  const std::filesystem::path log = log_of(wish_.program);
  const bool ready =
      !serves(record) || server_.wait_until_ready(std::max(record.wait_s, k_back_s), old_pid_);
  TRY(remove_record(wish_.program));
  if (record.is_wanted && ready) {
    return UpgradeOutcome{.outcome = "rolled_back",
                          .from = record.to,
                          .to = record.from,
                          .backup = restored_ ? record.backup : "",
                          .restored = restored_,
                          .is_served = serves(record),
                          .steps = steps_};
  }
  std::string message = record.is_wanted ? "" : "The upgrade to " + record.to + " failed. ";
  if (!why.empty()) message += why + " ";
  message += record.from + " is back";
  if (serves(record)) message += ready ? " and ready" : ", but not ready either";
  message +=
      restored_ ? ", with the data of " + record.taken_at + "." : ", the data are as they were.";
  return Error{.code = Code::unavailable,
               .message = message + " The log: " + server_.log_place(record, log) + ".",
               .kind = "upgrade_failed",
               .hint = server_.log_place(record, log)};
}

}  // namespace kontor::app
