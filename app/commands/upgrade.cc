#include <algorithm>
#include <system_error>

#include "base/json_writer.h"
#include "exit_code.h"
#include "upgrade/upgrading.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_longest_wait_s = 3600;
constexpr std::string_view k_previous = ".prev";

// Also when it is the previous program that runs, as nothing else may run any more.
std::filesystem::path installed_program(const std::string& given) {
  std::error_code failure;
  if (!given.empty()) return std::filesystem::absolute(given).lexically_normal();
  std::string path = std::filesystem::read_symlink("/proc/self/exe", failure).string();
  if (path.ends_with(k_previous)) path.resize(path.size() - k_previous.size());
  return path;
}

std::string as_json(const UpgradeOutcome& outcome, const UpgradeWish& wish) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("outcome").string(outcome.outcome).key("dry_run").boolean(wish.dry_run);
  out.key("program").string(wish.program.native());
  out.key("from").string(outcome.from).key("to").string(outcome.to);
  out.key("backup").string(outcome.backup).key("restored").boolean(outcome.restored);
  out.key("served").boolean(outcome.is_served).key("steps").begin_array();
  for (const std::string& step : outcome.steps) out.string(step);
  out.end_array().end_object();
  return text;
}

std::string as_text(const UpgradeOutcome& outcome) {
  if (outcome.outcome == "planned") return "nothing was changed\n";
  if (outcome.outcome == "upgraded") {
    return "upgraded from " + outcome.from + " to " + outcome.to +
           "\nto go back: kontor upgrade --rollback\n";
  }
  if (outcome.outcome == "rolled_back") {
    return "back from " + outcome.from + " to " + outcome.to + "\n" +
           (outcome.restored ? "with the data of before the upgrade; to bring the others back: "
                               "kontor restore --undo, and the new program\n"
                             : "");
  }
  return "nothing was changed\n";
}

class Upgrade final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.text("--file", file_, "NEW", "The new program.");
    syntax.flag("--rollback", wish_.rollback, "Back to the program of before the last upgrade.");
    syntax.flag("--dry-run", wish_.dry_run, "Makes the checks, and changes nothing.");
    syntax.number("--wait", wait_s_, "SECONDS", "How long it may take to be ready (60).");
    syntax.text("--unit", wish_.unit, "UNIT",
                "The service of systemd; that of the server that runs, if not given.");
    syntax.text("--restart", wish_.restart, "COMMAND",
                "Restarts the server in place of systemd; has to end by itself.");
    syntax.text("--program", program_, "PATH",
                "The program that is replaced; the one that runs this, if not given.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens sealed backups, if the settings name none.");
    syntax.flag("--allow-downgrade", wish_.allow_downgrade,
                "Takes the same or an older version, if it knows the schema.");
    syntax.flag("--allow-data-loss", wish_.allow_data_loss,
                "With --rollback: restores the backup of before the upgrade if it has to be.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_usage());
    const Config config = TRY(session.settings());
    wish_.program = installed_program(program_);
    if (!file_.empty()) wish_.file = std::filesystem::absolute(file_).lexically_normal();
    if (!key_file_.empty()) wish_.key_file = std::filesystem::absolute(key_file_).string();
    wish_.wait_s = wait_s_.value_or(0);
    Upgrading upgrading(session, config, wish_);
    const UpgradeOutcome outcome = TRY(upgrading.run());
    session.output.print(session.flags.json ? as_json(outcome, wish_) : as_text(outcome));
    return k_exit_ok;
  }

 private:
  Result<void> check_usage() const {
    std::string wrong;
    if (wish_.rollback && !file_.empty()) wrong = "Either --file or --rollback, not both.";
    if (!wish_.unit.empty() && !wish_.restart.empty()) {
      wrong = "Either --unit or --restart, not both.";
    }
    if (!wish_.unit.empty() && !is_unit_name(wish_.unit)) wrong = "--unit is no name of a unit.";
    if (wait_s_ && (*wait_s_ < 1 || *wait_s_ > k_longest_wait_s))
      wrong = "--wait must be from 1 to 3600.";
    if (wrong.empty()) return {};
    return Error{.code = Code::usage,
                 .message = wrong,
                 .kind = "usage",
                 .hint = "kontor upgrade --file ./kontor --dry-run"};
  }

  UpgradeWish wish_;
  std::string file_, program_, key_file_;
  std::optional<std::int64_t> wait_s_;
};

}  // namespace

std::unique_ptr<Command> make_upgrade() { return std::make_unique<Upgrade>(); }

}  // namespace kontor::app
