// What has to hold before anything is replaced.
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <tuple>

#include "backup/durable_file.h"
#include "base/json.h"
#include "exit_code.h"
#include "store/snapshot.h"
#include "upgrade/upgrading.h"
#include "upgrade/verb_failed.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_version_ms = 10'000, k_check_ms = 60'000, k_plan_ms = 3'600'000;
constexpr std::int64_t k_wait_s = 60;
constexpr std::size_t k_shown_version_bytes = 64 * 1024;
constexpr mode_t k_executable = 0111;

Error refused_file(const std::filesystem::path& file, const std::string& why) {
  return {.code = Code::usage,
          .message = file.string() + " " + why + ".",
          .kind = "usage",
          .hint = "--file takes the new program, as it was unpacked: chmod +x " + file.string()};
}

// By the owner of the data: she can open the copy then, and nobody's links lead anywhere else.
int copy_database(const std::filesystem::path& data, const std::filesystem::path& copy) {
  std::error_code failure;
  std::filesystem::remove_all(copy, failure);
  ::umask(077);
  const auto made = backup::make_folders(copy / "backups");
  const auto written =
      made.ok() ? store::write_snapshot(data / "kontor.db", copy / "kontor.db") : made;
  if (written.ok()) return 0;
  std::ignore = backup::write_all(STDERR_FILENO, written.error().message, "stderr");
  return exit_code(written.error());
}

std::string plan_text(const std::string& json) {
  const auto plan = parse_json(json);
  const Json* steps = plan.ok() ? plan->find("steps") : nullptr;
  const Json* took = plan.ok() ? plan->find("duration_ms") : nullptr;
  if (steps == nullptr || steps->array() == nullptr || steps->array()->empty()) {
    return "The schema stays as it is.";
  }
  std::string text = "The schema changes in " + std::to_string(steps->array()->size()) + " steps";
  if (took != nullptr && took->integer() != nullptr) {
    text += ", on a copy in " + std::to_string(*took->integer()) + " ms";
  }
  return text + ".";
}

}  // namespace

Error verb_failed(const ChildEnd& end, const std::string& what) {
  Error error{.code = Code::conflict,
              .message = what + ": " + end.complaint() + ".",
              .kind = "upgrade_refused"};
  for (const Code code : {Code::not_initialised, Code::locked, Code::wrong_key, Code::newer_schema,
                          Code::verification_failed, Code::io_error}) {
    if (exit_code(code) == end.exit) error.code = code;
  }
  return error;
}

Result<void> Upgrading::check_installed() const {
  std::error_code failure;
  const std::filesystem::path& program = wish_.program;
  if (!std::filesystem::is_regular_file(program, failure)) {
    return refused_file(program, "is not the program that is installed");
  }
  const auto owner = run_child({.arguments = {"dpkg-query", "-S", program.string()},
                                .environment = &session_.environment,
                                .timeout_ms = k_check_ms});
  if (owner.ok() && owner->exit == 0) {
    const std::string package = owner->out.substr(0, owner->out.find(':'));
    return Error{.code = Code::conflict,
                 .message = program.string() + " belongs to the package " + package +
                            ", which only the package manager replaces.",
                 .kind = "package_managed",
                 .hint = "apt-get install ./kontor_NEW_amd64.deb"};
  }
  if (::access(program.parent_path().c_str(), W_OK) == 0) return {};
  return Error{.code = Code::forbidden,
               .message = "This user may not write in " + program.parent_path().string() + ".",
               .hint = "run it as root"};
}

// The bytes that are checked are the bytes that come in, whatever happens to the file meanwhile.
Result<void> Upgrading::bring_fresh() const {
  struct stat entry {
  }, installed{};
  const std::filesystem::path fresh = fresh_of(wish_.program);
  if (::stat(wish_.file.c_str(), &entry) != 0) return refused_file(wish_.file, "is not there");
  if (!S_ISREG(entry.st_mode)) return refused_file(wish_.file, "is no regular file");
  if ((entry.st_mode & k_executable) == 0) return refused_file(wish_.file, "is not executable");
  if (::stat(wish_.program.c_str(), &installed) != 0) {
    return refused_file(wish_.program, "is not there");
  }
  std::error_code failure;
  std::filesystem::remove(fresh, failure);
  std::filesystem::copy_file(wish_.file, fresh, failure);
  const bool is_given =
      !failure && ::chmod(fresh.c_str(), installed.st_mode & 07777U) == 0 &&
      (::geteuid() != 0 || ::lchown(fresh.c_str(), installed.st_uid, installed.st_gid) == 0);
  if (is_given) return backup::sync_file(fresh);
  return Error{.code = Code::io_error,
               .message = fresh.string() + " cannot be made: " + failure.message() + ".",
               .hint = "df " + fresh.parent_path().string()};
}

Result<ProgramVersion> Upgrading::version_of(const std::filesystem::path& program) const {
  const ChildEnd end = TRY(run_child({.arguments = {program.string(), "version", "--json"},
                                      .environment = &session_.environment,
                                      .owner = owner_,
                                      .timeout_ms = k_version_ms}));
  const bool is_said = end.exit == 0 && end.out.size() <= k_shown_version_bytes;
  auto version = is_said ? parse_program_version(end.out)
                         : Result<ProgramVersion>(Error{.message = end.complaint() + "."});
  if (version.ok()) return version;
  return Error{.code = Code::conflict,
               .message = program.string() +
                          " does not answer `version --json` as Kontor: " + version.error().message,
               .kind = "not_kontor",
               .hint = "is it whole, and made for this machine?"};
}

Result<void> Upgrading::check_version(const ProgramVersion& now, const ProgramVersion& next) const {
  const int order = compare_versions(next.version, now.version);
  if (order > 0 || wish_.allow_downgrade) return {};
  return Error{.code = Code::conflict,
               .message = "The new program is " + next.version + ", " +
                          (order == 0 ? "the same as" : "older than") + " the installed " +
                          now.version + ".",
               .kind = "not_newer",
               .hint = "say --allow-downgrade if that is meant, or go back with --rollback"};
}

Result<std::int64_t> Upgrading::schema_now(const ProgramVersion& next) const {
  const ChildEnd end =
      TRY(run_verb(wish_.program, data_, {"migrate", "status", "--json"}, k_check_ms));
  if (end.exit != 0) return verb_failed(end, "The installed program cannot read the database");
  const auto status = parse_json(end.out);
  const Json* current = status.ok() ? status->find("current") : nullptr;
  if (current == nullptr || current->integer() == nullptr) {
    return verb_failed(end, "The installed program does not tell the schema");
  }
  const std::int64_t schema = *current->integer();
  if (schema <= next.schema_to) return schema;
  return Error{.code = Code::newer_schema,
               .message = "The database has schema " + std::to_string(schema) + ", " +
                          next.version + " knows none after " + std::to_string(next.schema_to) +
                          ".",
               .hint = "kontor migrate down --to " + std::to_string(next.schema_to)};
}

Result<void> Upgrading::check_settings_with(const std::filesystem::path& program) {
  const ChildEnd end = TRY(run_verb(program, data_, {"config", "check"}, k_check_ms));
  if (end.exit != 0) {
    Error error = verb_failed(end, "The new program refuses the settings");
    error.hint = "change them, or give the environment and --config that the service has";
    return error;
  }
  step("The new program takes the settings.");
  return {};
}

Result<void> Upgrading::check_plan_with(const std::filesystem::path& program) {
  const std::filesystem::path copy = data_ / "backups" / "upgrade-check";
  const auto planned = plan_on_copy(program, copy);
  const auto removed = run_child({.work =
                                      [&copy] {
                                        std::error_code failure;
                                        std::filesystem::remove_all(copy, failure);
                                        return failure ? k_exit_failed : k_exit_ok;
                                      },
                                  .owner = owner_,
                                  .timeout_ms = k_check_ms});
  TRY(planned);
  if (removed.ok() && removed->exit == k_exit_ok) return {};
  return Error{.code = Code::io_error, .message = copy.string() + " cannot be removed."};
}

Result<void> Upgrading::plan_on_copy(const std::filesystem::path& program,
                                     const std::filesystem::path& copy) {
  const ChildEnd copied = TRY(run_child({.work = [&] { return copy_database(data_, copy); },
                                         .owner = owner_,
                                         .timeout_ms = k_plan_ms}));
  if (copied.exit != 0) return verb_failed(copied, "The database cannot be copied");
  const ChildEnd end = TRY(run_verb(program, copy, {"migrate", "plan", "--json"}, k_plan_ms));
  if (end.exit != 0) return verb_failed(end, "The new program cannot take the database");
  step(plan_text(end.out));
  return {};
}

// How a server that runs is started anew has to be known before anything is touched.
Result<void> Upgrading::find_server(UpgradeRecord& record) {
  old_pid_ = TRY(server_.pid());
  if (!wish_.unit.empty() || !wish_.restart.empty() || old_pid_ != 0) {
    record.unit = wish_.unit;
    record.restart = wish_.restart;
  }
  if (old_pid_ != 0 && !serves(record)) record.unit = server_.unit_of(old_pid_);
  record.wait_s = wish_.wait_s > 0 ? wish_.wait_s : k_wait_s;
  if (old_pid_ == 0 || serves(record)) return {};
  return Error{.code = Code::locked,
               .message = "A server runs (process " + std::to_string(old_pid_) +
                          "), and not as a service of systemd: nothing says how to restart it.",
               .kind = "restart_unknown",
               .hint = "give --restart COMMAND, or stop it and start it again afterwards"};
}

}  // namespace kontor::app
