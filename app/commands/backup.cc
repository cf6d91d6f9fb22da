#include <algorithm>
#include <array>
#include <optional>

#include "archiving.h"
#include "audit_note.h"
#include "backup/archive_fetch.h"
#include "backup/overview.h"
#include "backup/retention.h"
#include "backup_delivery.h"
#include "backup_making.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "commands/backup_key.h"
#include "exit_code.h"
#include "operations/interrupt.h"
#include "pruning_report.h"
#include "restore_source.h"
#include "target_stores.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 6> k_actions = {"create", "list", "status",
                                                       "prune",  "send", "key"};
constexpr std::array<std::string_view, 2> k_key_actions = {"create", "list"};
constexpr std::int64_t k_most_kept = 10'000;

using Targets = std::vector<backup::TargetState>;

std::string made_json(const backup::Made& made, const Targets& targets) {
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
  out.key("targets").raw(backup::targets_json(targets));
  out.key("duration_ms").integer(made.duration_ms).end_object();
  return text;
}

std::string made_text(const backup::Made& made) {
  return made.file.string() + "\n" + std::to_string(made.manifest.contents.rows()) + " rows and " +
         std::to_string(made.manifest.files.size()) + " files, " +
         backup::readable_bytes(made.manifest.bytes()) + " in " +
         backup::readable_bytes(made.bytes) + ", in " +
         backup::readable_duration(made.duration_ms) + (made.is_sealed ? ", sealed" : "") +
         (made.manifest.has_master_key()
              ? "\nmaster.key is in it: who opens this backup has everything\n"
              : "\nmaster.key is not in it: keep a copy of it somewhere else\n");
}

std::string targets_text(const Targets& targets) {
  std::string text;
  for (const backup::TargetState& state : targets) text += target_line(state) + "\n";
  return text;
}

std::string status_json(const backup::Status& status, const Targets& targets,
                        const std::string& archive, const std::string& archive_targets) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_members(out, status);
  out.key("targets").raw(backup::targets_json(targets));
  out.key("archive").raw(archive);
  out.key("archive_targets").raw(archive_targets).end_object();
  return text;
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

std::string stored_json(const std::vector<backup::StoredFile>& files) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("count").integer(std::ssize(files)).key("backups").begin_array();
  for (const backup::StoredFile& file : files) {
    out.begin_object().key("file").string(file.name).key("bytes").integer(file.bytes).end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string stored_text(const std::vector<backup::StoredFile>& files) {
  if (files.empty()) return "No backup yet\n";
  std::string text;
  for (const backup::StoredFile& file : files) {
    text += file.name + "  " + backup::readable_bytes(file.bytes) + "\n";
  }
  return text;
}

class Backup final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "create, list, status, prune, send or key", true, k_actions);
    syntax.argument("WHAT", what_, "key: create or list", false);
    syntax.text("--to", folder_, "DIR", "The folder of the backups; by default backups/.");
    syntax.text("--from", folder_, "DIR",
                "list: the same, in other words, or a target such as s3://BUCKET/PREFIX.");
    syntax.text("--reason", reason_, "TEXT", "create: why, for the list; manual if not given.");
    syntax.number("--keep", last_, "N", "prune: how many of the newest stay (7).");
    syntax.number("--daily", daily_, "N", "prune: of so many days the newest one stays (30).");
    syntax.number("--weekly", weekly_, "N", "prune: of so many weeks the newest one stays (12).");
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
    keep_ = archive_keep_of(config, session.clock);
    if (action_ != "create" && folder_.empty()) TRY(check_there());
    if (action_ == "create") TRY(check_own_database(data_));
    // Who only looks must be able to, whatever is wrong with what is made next.
    if (action_ == "create" || action_ == "key") {
      sealing_ = TRY(backup_sealing_of(config, data_, key_file_));
    } else {
      sealing_.keys = TRY(backup_keys_of(config, key_file_));
    }
    session.output.print(TRY(act(session, config)));
    return exit_;
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

  Result<std::string> act(const Session& session, const Config& config) {
    if (action_ == "create") return create(session, config);
    if (action_ == "prune") return prune(session);
    if (action_ == "status") return status(session, config);
    if (action_ == "send") return send(session, config);
    if (action_ == "key") return list_backup_keys(session, sealing_, folder());
    const auto target = TRY(readable_target(folder_));
    if (target) return list_target(session, config, *target);
    if (session.flags.json) return backup::overview_json(folder(), sealing_.keys);
    return list_text(TRY(backup::list_backups(folder(), sealing_.keys)));
  }

  // Their names and sizes: what is in them is told by those who fetch them.
  static Result<std::string> list_target(const Session& session, const Config& config,
                                         const BackupTarget& target) {
    const Interrupt interrupt;
    const auto store = TRY(store_of(target, config, session.environment, session.clock));
    const auto files = TRY(backup::list_stored_backups(
        {.store = *store,
         .folder = {},
         .effort = {.timeout_ms = config.integer("backup_target_timeout_s") * 1000,
                    .is_cancelled = [&interrupt] { return interrupt.came(); }}}));
    return session.flags.json ? stored_json(files) : stored_text(files);
  }

  // What stayed behind is tried again by the server, or by the next command; it is told, and the
  // exit code tells it too.
  Result<Targets> deliver(const Session& session, const Config& config,
                          const Interrupt& interrupt) {
    Targets targets = TRY(deliver_now(config, folder(), session.environment, session.clock,
                                      [&interrupt] { return interrupt.came(); }));
    for (const backup::TargetState& state : targets) {
      if (state.tries.failures == 0) continue;
      exit_ = k_exit_partly;
      session.output.note(target_line(state));
    }
    for (const backup::ShippingState& state : shipping(config)) {
      if (state.tries.failures == 0) continue;
      exit_ = k_exit_partly;
      session.output.note(shipping_line(state));
    }
    return targets;
  }

  std::vector<backup::ShippingState> shipping(const Config& config) const {
    return shipping_states(folder(), backup_targets_of(config));
  }

  std::string shipping_text(const Config& config) const {
    std::string text;
    for (const backup::ShippingState& state : shipping(config)) {
      const std::string line = shipping_line(state);
      if (!line.empty()) text += line + "\n";
    }
    return text;
  }

  Result<std::string> send(const Session& session, const Config& config) {
    if (config.list("backup_targets").empty()) {
      return Error{.code = Code::usage,
                   .message = "There are no targets to send backups to.",
                   .kind = "no_targets",
                   .hint = "backup_targets = [\"dir:/mnt/usb/kontor\"] in kontor.toml"};
    }
    const Interrupt interrupt;
    const Targets targets = TRY(deliver(session, config, interrupt));
    if (!session.flags.json) return targets_text(targets) + shipping_text(config);
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("targets").raw(backup::targets_json(targets));
    out.key("archive_targets").raw(backup::shipping_json(shipping(config))).end_object();
    return text;
  }

  Result<backup::Made> make(const Session& session, const Interrupt& interrupt) const {
    return make_recorded_backup({.data = data_,
                                 .folder = folder(),
                                 .reason = reason_.empty() ? "manual" : reason_,
                                 .is_cancelled = [&interrupt] { return interrupt.came(); },
                                 .sealing = sealing_},
                                session.clock, session.random);
  }

  // Targets are for the backups of the data directory; --to is a place of its own.
  Result<std::string> create(const Session& session, const Config& config) {
    const Interrupt interrupt;
    const backup::Made made = TRY(make(session, interrupt));
    note_event(session, "backups", "create", backup_detail(made));
    Targets targets;
    if (folder_.empty()) targets = TRY(deliver(session, config, interrupt));
    return session.flags.json ? made_json(made, targets) : made_text(made) + targets_text(targets);
  }

  Result<std::string> status(const Session& session, const Config& config) const {
    const backup::Status status = backup::read_status(folder());
    Targets targets;
    if (folder_.empty()) targets = target_states(folder(), backup_targets_of(config));
    if (!session.flags.json) {
      return backup_line(status) + "\n" + proof_line(status) + "\n" + archive_line(data_) + "\n" +
             targets_text(targets) + (folder_.empty() ? shipping_text(config) : std::string());
    }
    return status_json(
        status, targets, archive_status_json(data_),
        backup::shipping_json(folder_.empty() ? shipping(config)
                                              : std::vector<backup::ShippingState>()));
  }

  Result<std::string> prune(const Session& session) const {
    const backup::Retention usual;
    backup::Retention retention;
    retention.last = TRY(count("--keep", last_, usual.last));
    retention.daily = TRY(count("--daily", daily_, usual.daily));
    retention.weekly = TRY(count("--weekly", weekly_, usual.weekly));
    retention.monthly = TRY(count("--monthly", monthly_, usual.monthly));
    const Pruning pruned = TRY(prune_here(std::move(retention)));
    return session.flags.json ? pruned_json(pruned, dry_run_) : pruned_text(pruned, dry_run_);
  }

  // An archive stands beside the backups of the data directory alone.
  Result<Pruning> prune_here(backup::Retention retention) const {
    if (folder() == backups_of(data_)) {
      return prune_all(
          {.data = data_, .retention = std::move(retention), .keep = keep_, .dry_run = dry_run_},
          sealing_.keys);
    }
    const auto proven = backup::read_status(backups_of(data_)).last_passed_proof;
    Pruning pruning;
    pruning.backups = TRY(backup::prune(folder(), retention, proven ? proven->file : std::string(),
                                        dry_run_, sealing_.keys));
    return pruning;
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
  backup::ArchiveKeep keep_;
  std::filesystem::path data_;
  BackupSealing sealing_;
  int exit_ = k_exit_ok;
};

}  // namespace

std::unique_ptr<Command> make_backup() { return std::make_unique<Backup>(); }

}  // namespace kontor::app
