#include <algorithm>
#include <array>
#include <optional>

#include "audit_note.h"
#include "backup/overview.h"
#include "backup/retention.h"
#include "backup_making.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "commands/backup_key.h"
#include "exit_code.h"
#include "operations/interrupt.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 5> k_actions = {"create", "list", "status", "prune", "key"};
constexpr std::array<std::string_view, 2> k_key_actions = {"create", "list"};
constexpr std::int64_t k_most_kept = 10'000;

std::string made_json(const backup::Made& made) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("file").string(made.file.native());
  out.key("taken_at").string(format_instant(made.manifest.taken_at_ms));
  out.key("bytes").integer(made.bytes);
  out.key("database_bytes").integer(made.manifest.files.front().bytes);
  out.key("files").integer(static_cast<std::int64_t>(made.manifest.files.size()));
  out.key("rows").integer(made.manifest.contents.rows());
  out.key("tables").begin_object();
  for (const auto& table : made.manifest.contents.tables) out.key(table.name).integer(table.rows);
  out.end_object().key("schema_version").integer(made.manifest.contents.schema_version);
  out.key("reason").string(made.manifest.reason).key("sealed").boolean(made.is_sealed);
  out.key("duration_ms").integer(made.duration_ms).end_object();
  return text;
}

std::string made_text(const backup::Made& made) {
  return made.file.string() + "\n" + std::to_string(made.manifest.contents.rows()) + " rows and " +
         std::to_string(made.manifest.files.size()) + " files, " +
         backup::readable_bytes(made.manifest.bytes()) + " in " +
         backup::readable_bytes(made.bytes) + ", in " +
         backup::readable_duration(made.duration_ms) + (made.is_sealed ? ", sealed" : "") +
         "\nmaster.key is in no backup: keep a copy of it somewhere else\n";
}

std::string list_text(const std::vector<backup::Entry>& entries) {
  if (entries.empty()) return "No backup yet\n";
  std::string text;
  for (const backup::Entry& entry : entries) {
    text += entry.name() + "  " + backup::readable_bytes(entry.bytes) + "  ";
    if (entry.is_closed) {
      text += entry.trouble;
    } else if (!entry.is_readable()) {
      text += "damaged: " + entry.trouble;
    } else {
      text += std::to_string(entry.manifest.contents.rows()) + " rows  " + entry.manifest.reason;
      if (!entry.locks.empty()) text += ", sealed";
    }
    text += "\n";
  }
  return text;
}

std::string pruned_json(const backup::Pruned& pruned, bool dry_run) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("dry_run").boolean(dry_run);
  out.key("kept").integer(static_cast<std::int64_t>(pruned.verdicts.size()) - pruned.removed);
  out.key("removed").integer(pruned.removed).key("freed_bytes").integer(pruned.freed_bytes);
  out.key("backups").begin_array();
  for (const backup::Verdict& verdict : pruned.verdicts) {
    out.begin_object().key("file").string(verdict.entry.name());
    out.key("keep").boolean(verdict.keep).key("reason").string(verdict.reason).end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string pruned_text(const backup::Pruned& pruned, bool dry_run) {
  std::string text;
  for (const backup::Verdict& verdict : pruned.verdicts) {
    text += std::string(verdict.keep ? "keep    " : "remove  ") + verdict.entry.name() + "  " +
            verdict.reason + "\n";
  }
  return text + (dry_run ? "would remove " : "removed ") + std::to_string(pruned.removed) + ", " +
         backup::readable_bytes(pruned.freed_bytes) + "\n";
}

class Backup final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "create, list, status, prune or key", true, k_actions);
    syntax.argument("WHAT", what_, "key: create or list", false);
    syntax.text("--to", folder_, "DIR", "The folder of the backups; by default backups/.");
    syntax.text("--from", folder_, "DIR", "list: the same, in other words.");
    syntax.text("--reason", reason_, "TEXT", "create: why, for the list; manual if not given.");
    syntax.number("--keep", last_, "N", "prune: how many of the newest stay (7).");
    syntax.number("--daily", daily_, "N", "prune: of so many days the newest one stays (14).");
    syntax.number("--weekly", weekly_, "N", "prune: of so many weeks the newest one stays (8).");
    syntax.number("--monthly", monthly_, "N",
                  "prune: of so many months the newest one stays (12).");
    syntax.flag("--dry-run", dry_run_, "prune: tells what would go, and why the others stay.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens sealed backups, if the settings name none.");
    syntax.text("--out", out_, "FILE", "key create: the new file for the secret key.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    TRY(check_what());
    if (action_ == "key" && what_ == "create") {
      session.output.print(TRY(create_backup_key(session, out_)));
      return k_exit_ok;
    }
    const Config config = TRY(session.settings());
    data_ = data_path(config);
    if (action_ != "create" && folder_.empty()) TRY(check_there());
    if (action_ == "create") TRY(check_own_database(data_));
    // Who only looks must be able to, whatever is wrong with what is made next.
    if (action_ == "create" || action_ == "key") {
      sealing_ = TRY(backup_sealing_of(config, data_, key_file_));
    } else {
      sealing_.keys = TRY(backup_keys_of(config, key_file_));
    }
    session.output.print(TRY(act(session)));
    return k_exit_ok;
  }

 private:
  std::filesystem::path folder() const {
    return folder_.empty() ? backups_of(data_)
                           : std::filesystem::absolute(folder_).lexically_normal();
  }

  Result<void> check_what() const {
    if (action_ == "key") return check_choice("action of key", what_, k_key_actions);
    if (what_.empty()) return {};
    return Error{.code = Code::usage,
                 .message = "backup " + action_ + " takes no " + what_ + ".",
                 .kind = "usage",
                 .hint = "kontor backup " + action_ + " --help"};
  }

  Result<void> check_there() const {
    std::error_code failure;
    if (std::filesystem::exists(backups_of(data_), failure)) return {};
    return Error{.code = Code::not_initialised,
                 .message = data_.string() + " is no data directory.",
                 .hint = "kontor init --data " + data_.string()};
  }

  Result<std::string> act(const Session& session) const {
    if (action_ == "create") return create(session);
    if (action_ == "prune") return prune(session);
    if (action_ == "status") return status(session);
    if (action_ == "key") return list_backup_keys(session, sealing_, folder());
    if (session.flags.json) return backup::overview_json(folder(), sealing_.keys);
    return list_text(TRY(backup::list_backups(folder(), sealing_.keys)));
  }

  Result<backup::Made> make(const Session& session) const {
    const Interrupt interrupt;
    return make_recorded_backup({.data = data_,
                                 .folder = folder(),
                                 .reason = reason_.empty() ? "manual" : reason_,
                                 .is_cancelled = [&interrupt] { return interrupt.came(); },
                                 .sealing = sealing_},
                                session.clock, session.random);
  }

  Result<std::string> create(const Session& session) const {
    const backup::Made made = TRY(make(session));
    note_event(session, "backups", "create", backup_detail(made));
    return session.flags.json ? made_json(made) : made_text(made);
  }

  Result<std::string> status(const Session& session) const {
    const backup::Status status = backup::read_status(folder());
    if (session.flags.json) return to_json(status);
    return backup_line(status) + "\n" + proof_line(status) + "\n";
  }

  Result<std::string> prune(const Session& session) const {
    const backup::Retention usual;
    backup::Retention retention;
    retention.last = TRY(count("--keep", last_, usual.last));
    retention.daily = TRY(count("--daily", daily_, usual.daily));
    retention.weekly = TRY(count("--weekly", weekly_, usual.weekly));
    retention.monthly = TRY(count("--monthly", monthly_, usual.monthly));
    const auto proven = backup::read_status(backups_of(data_)).last_passed_proof;
    const auto pruned = TRY(backup::prune(
        folder(), retention, proven ? proven->file : std::string(), dry_run_, sealing_.keys));
    return session.flags.json ? pruned_json(pruned, dry_run_) : pruned_text(pruned, dry_run_);
  }

  static Result<std::int64_t> count(const char* flag, const std::optional<std::int64_t>& given,
                                    std::int64_t usual) {
    if (!given) return usual;
    if (*given >= 0 && *given <= k_most_kept) return *given;
    return Error{.code = Code::usage,
                 .message = std::string(flag) + " must be a number from 0 to 10000.",
                 .kind = "usage",
                 .hint = std::string(flag) + " " + std::to_string(usual)};
  }

  std::string action_, what_, folder_, reason_, key_file_, out_;
  std::optional<std::int64_t> last_, daily_, weekly_, monthly_;
  bool dry_run_ = false;
  std::filesystem::path data_;
  BackupSealing sealing_;
};

}  // namespace

std::unique_ptr<Command> make_backup() { return std::make_unique<Backup>(); }

}  // namespace kontor::app
