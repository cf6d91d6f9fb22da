#include <algorithm>
#include <array>

#include "base/civil.h"
#include "base/json_writer.h"
#include "composition.h"
#include "data_lock.h"
#include "exit_code.h"
#include "migration_trial.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 4> k_actions = {"status", "plan", "up", "down"};

std::string status_text(const store::MigrationStatus& status) {
  std::string text = "schema " + std::to_string(status.current) + ", this program's is " +
                     std::to_string(status.newest) + "\n";
  for (const store::MigrationState& step : status.steps) {
    text += std::to_string(step.version) + " " + step.name + ": ";
    text += step.applied_at == 0
                ? "pending"
                : "applied " + format_instant(step.applied_at) + " by " + step.program + " in " +
                      std::to_string(step.duration_ms) + " ms";
    text += "\n";
  }
  return text;
}

std::string status_json(const store::MigrationStatus& status) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("current").integer(status.current);
  out.key("newest").integer(status.newest).key("steps").begin_array();
  for (const store::MigrationState& step : status.steps) {
    out.begin_object().key("version").integer(step.version).key("name").string(step.name);
    out.key("applied_at");
    if (step.applied_at == 0) {
      out.null();
    } else {
      out.string(format_instant(step.applied_at));
    }
    out.key("duration_ms").integer(step.duration_ms);
    out.key("program").string(step.program).end_object();
  }
  out.end_array().end_object();
  return text;
}

void write_steps(JsonWriter& out, const std::vector<store::PlannedStep>& steps) {
  out.key("steps").begin_array();
  for (const store::PlannedStep& step : steps) {
    out.begin_object().key("version").integer(step.version).key("name").string(step.name);
    out.key("direction").string(step.up ? "up" : "down");
    out.key("loses").string(step.loses).end_object();
  }
  out.end_array();
}

std::string steps_text(const std::vector<store::PlannedStep>& steps) {
  if (steps.empty()) return "Nothing to do.\n";
  std::string text;
  for (const store::PlannedStep& step : steps) {
    text += std::string(step.up ? "up " : "down ") + std::to_string(step.version) + " " +
            step.name + (step.loses.empty() ? "" : ", loses " + step.loses) + "\n";
  }
  return text;
}

std::string plan_json(const MigrationTrial& trial) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_steps(out, trial.steps);
  out.key("duration_ms").integer(trial.duration_ms).key("rows").begin_object();
  for (const auto& [table, change] : trial.rows) {
    out.key(table).begin_object().key("before").integer(change.before);
    out.key("after").integer(change.after).end_object();
  }
  out.end_object().end_object();
  return text;
}

std::string plan_text(const MigrationTrial& trial) {
  std::string text = steps_text(trial.steps);
  if (trial.steps.empty()) return text;
  text += "on a copy it took " + std::to_string(trial.duration_ms) + " ms\n";
  for (const auto& [table, change] : trial.rows) {
    if (change.before == change.after) continue;
    text += table + ": " + std::to_string(change.before) + " rows before, " +
            std::to_string(change.after) + " after\n";
  }
  return text;
}

std::string report_json(const store::MigrationReport& report, bool dry_run) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("dry_run").boolean(dry_run).key("schema").integer(report.version);
  write_steps(out, report.steps);
  out.key("snapshot").string(report.snapshot.native()).end_object();
  return text;
}

std::string report_text(const store::MigrationReport& report, bool dry_run) {
  std::string text = steps_text(report.steps);
  if (!report.snapshot.empty()) text += "snapshot " + report.snapshot.string() + "\n";
  if (dry_run) text += "rehearsed and taken back; ";
  return text + "the schema is " + std::to_string(report.version) + "\n";
}

class Migrate final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "status, plan, up or down", true, k_actions);
    syntax.number("--to", to_, "N",
                  "The version to go to; the newest for up, one step back for down.");
    syntax.flag("--dry-run", dry_run_, "Runs the steps with all checks, then takes them back.");
    syntax.flag("--allow-data-loss", allow_data_loss_, "For steps down that drop data.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    const std::filesystem::path path = data_path(TRY(session.settings()));
    const std::string text =
        TRY(action_ == "status" || action_ == "plan" ? look(session, path) : change(session, path));
    session.output.print(text);
    return k_exit_ok;
  }

 private:
  std::optional<int> target() const {
    if (!to_) return std::nullopt;
    return static_cast<int>(std::clamp<std::int64_t>(*to_, -1, 1'000'000));
  }

  // Also while a server runs: nothing is changed.
  Result<std::string> look(const Session& session, const std::filesystem::path& path) const {
    const auto locked = lock_data_dir(path);
    if (!locked.ok() && locked.error().code != Code::locked) return locked.error();
    store::Migrator migrator = TRY(store::Migrator::open(migrator_options(path), session.clock));
    if (action_ == "plan") {
      const MigrationTrial trial = TRY(try_migration(migrator, path, target(), session.clock));
      return session.flags.json ? plan_json(trial) : plan_text(trial);
    }
    const store::MigrationStatus status = TRY(migrator.status());
    return session.flags.json ? status_json(status) : status_text(status);
  }

  Result<std::string> change(const Session& session, const std::filesystem::path& path) const {
    auto locked = lock_data_dir(path);
    if (!locked.ok()) return held_back(std::move(locked).error());
    store::Migrator migrator = TRY(store::Migrator::open(migrator_options(path), session.clock));
    const store::MigrateOptions options{
        .to = target(), .dry_run = dry_run_, .allow_data_loss = allow_data_loss_};
    const store::MigrationReport report =
        TRY(action_ == "up" ? migrator.up(options) : migrator.down(options));
    return session.flags.json ? report_json(report, dry_run_) : report_text(report, dry_run_);
  }

  static Error held_back(Error error) {
    if (error.code == Code::locked) {
      error.hint = "stop the server first; it takes the schema up by itself when it starts";
    }
    return error;
  }

  std::string action_;
  std::optional<std::int64_t> to_;
  bool dry_run_ = false;
  bool allow_data_loss_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate() { return std::make_unique<Migrate>(); }

}  // namespace kontor::app
