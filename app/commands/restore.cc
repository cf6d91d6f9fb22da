#include <algorithm>
#include <optional>

#include "backup/archive_point.h"
#include "backup/overview.h"
#include "backup/standby_record.h"
#include "backup/swap.h"
#include "backup_making.h"
#include "backup_proof.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "composition.h"
#include "erasure_list.h"
#include "exit_code.h"
#include "operations/interrupt.h"
#include "organisation_settings.h"
#include "read_only.h"
#include "restore_source.h"
#include "restored_data.h"
#include "store/data_dir.h"
#include "store/disk_reserve.h"
#include "verbs.h"

namespace kontor::app {
namespace {

// What is to be done, or was.
struct Plan {
  std::filesystem::path file;
  std::string source;  // where it comes from, for people
  std::filesystem::path target;
  backup::Manifest manifest;
  std::optional<backup::ArchivePoint> point = {};  // `file` is its base
  bool in_place = false;
  bool dry_run = false;
  std::int64_t free_bytes = 0;
  std::filesystem::path aside = {};
  std::int64_t duration_ms = 0;
};

// The moment that is restored.
std::int64_t moment_of(const Plan& plan) {
  return plan.point ? std::max(plan.point->last_ms, plan.manifest.taken_at_ms)
                    : plan.manifest.taken_at_ms;
}

void write_point(JsonWriter& out, const std::optional<backup::ArchivePoint>& point) {
  out.key("archive");
  if (!point) {
    out.null();
    return;
  }
  out.begin_object().key("epoch").string(point->epoch);
  out.key("segments").integer(static_cast<std::int64_t>(point->segments.size()));
  out.key("bytes").integer(point->bytes());
  out.key("last_commit_at").string(format_instant(point->last_ms));
  out.key("merged_until");
  if (point->merged_until_ms != 0) out.string(format_instant(point->merged_until_ms));
  else out.null();
  out.key("torn_end").boolean(point->is_torn_end).end_object();
}

std::string point_text(const backup::ArchivePoint& point) {
  std::string text = "with " + backup::counted(std::ssize(point.segments), "segment") +
                     " of the archive (" + backup::readable_bytes(point.bytes()) +
                     "), the last commit of " + format_instant(point.last_ms) + "\n";
  if (point.merged_until_ms != 0) {
    text +=
        "that is the last moment before the one asked for that is still told apart: what was "
        "committed from then on, up to " +
        format_instant(point.merged_until_ms) + ", is merged into one step\n";
  }
  if (point.is_torn_end) {
    text +=
        "its server still runs, or did not end cleanly: what was committed in the second after "
        "that is not in it\n";
  }
  return text;
}

std::string plan_json(const Plan& plan) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("dry_run").boolean(plan.dry_run);
  out.key("file").string(plan.source);
  out.key("taken_at").string(format_instant(moment_of(plan)));
  write_point(out, plan.point);
  out.key("target").string(plan.target.native()).key("in_place").boolean(plan.in_place);
  out.key("rows").integer(plan.manifest.contents.rows());
  out.key("files").integer(static_cast<std::int64_t>(plan.manifest.files.size()));
  out.key("bytes").integer(plan.manifest.bytes());
  out.key("schema_version").integer(plan.manifest.contents.schema_version);
  out.key("needed_bytes").integer(backup::needed_bytes(plan.manifest));
  out.key("free_bytes").integer(plan.free_bytes);
  out.key("aside").string(plan.aside.native());
  out.key("duration_ms").integer(plan.duration_ms).end_object();
  return text;
}

std::string plan_text(const Plan& plan) {
  std::string text = (plan.dry_run ? "would restore " : "restored ") + plan.source + "\nas of " +
                     format_instant(plan.manifest.taken_at_ms) + ", " +
                     std::to_string(plan.manifest.contents.rows()) + " rows and " +
                     std::to_string(plan.manifest.files.size()) + " files, schema " +
                     std::to_string(plan.manifest.contents.schema_version) + "\nto " +
                     plan.target.string() + (plan.in_place ? " (in place)" : "") + "\n";
  if (plan.point) text += point_text(*plan.point);
  if (plan.dry_run) {
    text += "takes up to " + backup::readable_bytes(backup::needed_bytes(plan.manifest)) + ", " +
            backup::readable_bytes(plan.free_bytes) + " are free\n";
    if (plan.in_place) text += "database, files and settings of now would go to before-restore-…\n";
    return text + "nothing was changed\n";
  }
  text += "proven before it came in, in " + backup::readable_duration(plan.duration_ms) + "\n";
  if (!plan.aside.empty()) {
    return text + "the old data are in " + plan.aside.string() +
           "\nto go back: kontor restore --undo\n";
  }
  if (plan.manifest.has_master_key()) return text + "master.key came with it\n";
  return text + "master.key is not in it: copy it to " + (plan.target / "master.key").string() +
         "\n";
}

class Restore final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("BACKUP", which_, "latest, or the file of a backup", false);
    syntax.text("--at", at_, "TIME",
                "Instead of BACKUP: all that was committed before this second, such as "
                "2026-11-21T09:15:00Z, out of the archive.");
    syntax.text("--to", target_, "DIR", "Makes a new data directory of it.");
    syntax.flag("--in-place", in_place_, "Replaces the data of the data directory.");
    syntax.flag("--dry-run", dry_run_, "Tells what would be done, and changes nothing.");
    syntax.text("--from", from_, "DIR",
                "Where the backup lies, or the archive: a folder, or a target such as "
                "s3://BUCKET/PREFIX; by default the data directory.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens a sealed backup, if the settings name none.");
    syntax.flag("--undo", undo_, "Brings back what was there before the last restore in place.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_usage());
    const Config config = TRY(session.settings());
    data_ = data_path(config);
    keys_ = TRY(backup_keys_of(config, key_file_));
    session.output.print(TRY(undo_ ? undo(session) : restore(session)));
    return k_exit_ok;
  }

 private:
  Result<void> check_usage() const {
    const bool backup = which_.empty() != at_.empty(), to = !target_.empty();
    if (undo_ && which_.empty() && at_.empty() && !to && !in_place_) return {};
    if (!undo_ && backup && to != in_place_) return {};
    return Error{.code = Code::usage,
                 .message = undo_            ? "--undo takes no backup and no target."
                            : backup         ? "Either --to DIR or --in-place is needed."
                            : which_.empty() ? "The backup is missing."
                                             : "Either a backup or --at, not both.",
                 .kind = "usage",
                 .hint = "kontor restore latest --in-place --dry-run"};
  }

  Result<std::string> restore(const Session& session) {
    const Interrupt interrupt;
    Plan plan = TRY(make_plan(session, interrupt));
    if (!plan.dry_run) TRY(perform(session, plan));
    return session.flags.json ? plan_json(plan) : plan_text(plan);
  }

  // All that can be refused without unpacking.
  Result<Plan> make_plan(const Session& session, const Interrupt& interrupt) {
    Plan plan;
    plan.target = in_place_ ? data_ : std::filesystem::absolute(target_).lexically_normal();
    plan.in_place = in_place_;
    plan.dry_run = dry_run_;
    if (!plan.target.has_filename()) plan.target = plan.target.parent_path();
    TRY(find_source(session, interrupt, plan));
    auto manifest = backup::read_manifest(plan.file, keys_);
    if (!manifest.ok()) return with_other(std::move(manifest).error(), plan.file);
    plan.manifest = *std::move(manifest);
    TRY(check_schema_known(plan.file, plan.manifest));
    if (!in_place_) TRY(backup::check_target(plan.target));
    const std::filesystem::path disk = nearest_folder(plan.target);
    TRY(backup::check_room(plan.manifest, disk));
    plan.free_bytes = store::free_bytes(disk);
    return plan;
  }

  Result<void> find_source(const Session& session, const Interrupt& interrupt, Plan& plan) {
    std::optional<std::int64_t> at_ms;
    if (!at_.empty()) at_ms = TRY(moment_of_flag(session.clock.now_ms()));
    const Config config = TRY(session.settings());
    source_.emplace(TRY(RestoreSource::open(
        {.from = from_,
         .data = data_,
         .scratch = nearest_folder(in_place_ ? data_ : plan.target.parent_path()),
         .is_cancelled = [&interrupt] { return interrupt.came(); }},
        config, session, keys_)));
    FoundBackup found = TRY(source_->find(which_, at_ms));
    plan.file = std::move(found.file);
    plan.source = std::move(found.shown);
    plan.point = std::move(found.point);
    return {};
  }

  Result<std::int64_t> moment_of_flag(std::int64_t now_ms) const {
    const auto ms = parse_instant(at_);
    if (ms && *ms % 1000 == 0 && *ms <= now_ms) return *ms;
    return Error{
        .code = Code::usage,
        .message = "--at takes a whole second that is over, with its zone, not '" + at_ + "'.",
        .kind = "usage",
        .hint = "--at 2026-11-21T09:15:00Z, or --at 2026-11-21T16:15:00+07:00"};
  }

  static std::filesystem::path nearest_folder(std::filesystem::path path) {
    std::error_code failure;
    while (!std::filesystem::is_directory(path, failure) && path.has_relative_path()) {
      path = path.parent_path();
    }
    return path;
  }

  Result<void> perform(const Session& session, Plan& plan) const {
    const std::int64_t began_ms = session.clock.monotonic_ms();
    auto checks = business_checks(session.clock, plan.manifest);
    if (plan.point) checks = archive_checks(*plan.point, std::move(checks), keys_);
    checks.push_back(TRY(settling(session, plan)));
    const auto done = in_place_ ? replace(session, plan, checks) : make_new(session, plan, checks);
    if (!done.ok()) return with_other(done.error(), plan.file);
    plan.duration_ms = session.clock.monotonic_ms() - began_ms;
    return {};
  }

  // The last step before the restored database takes its place, while it still lies aside.
  Result<backup::Check> settling(const Session& session, const Plan& plan) const {
    const Config config = TRY(session.settings());
    const RestoredFrom from{.source = plan.file.filename().string(),
                            .taken_at_ms = moment_of(plan),
                            .in_place = plan.in_place};
    const std::vector<std::filesystem::path> lists = {backups_of(data_), plan.file.parent_path()};
    return backup::Check{
        "erasures",
        [fixed = fixed_fields(config), from, lists, &clock = session.clock](
            const std::filesystem::path& database) -> Result<std::vector<std::string>> {
          TRY(settle_restored(database, fixed, clock, lists, from));
          return std::vector<std::string>();
        }};
  }

  Result<void> make_new(const Session& session, const Plan& plan,
                        const std::vector<backup::Check>& checks) const {
    TRY(backup::restore_to(plan.file, plan.target, checks, session.random, keys_));
    for (const std::filesystem::path& list : {backups_of(data_), plan.file.parent_path()})
      TRY(carry_erasures(list, backups_of(plan.target)));
    return {};
  }

  // The directory may have lost its database, so the lock is taken as for a new one.
  Result<void> replace(const Session& session, Plan& plan,
                       const std::vector<backup::Check>& checks) const {
    auto lock = store::DataDir::create(data_);
    if (!lock.ok()) return held_back(std::move(lock).error());
    TRY(backup::refuse_standby(data_));
    plan.aside = TRY(backup::restore_in_place(plan.file, data_, checks, session.clock.now_ms(),
                                              session.random, {}, keys_))
    .aside;
    return {};
  }

  Result<std::string> undo(const Session& session) const {
    if (dry_run_) return undo_plan(session);
    std::error_code failure;
    if (!std::filesystem::is_directory(data_, failure)) return nothing_to_undo();
    auto lock = store::DataDir::create(data_);
    if (!lock.ok()) return held_back(std::move(lock).error());
    TRY(backup::refuse_standby(data_));
    const std::filesystem::path source = backup::undo_source(data_);
    const auto swapped = TRY(backup::undo_restore(data_, session.clock.now_ms()));
    TRY(settle_undone(session, source));
    return undo_report(session, source, swapped.aside);
  }

  // Data of an older program are left to the start of one that brings them up.
  Result<void> settle_undone(const Session& session, const std::filesystem::path& source) const {
    const std::filesystem::path database = data_ / "kontor.db";
    const auto schema = TRY(schema_of(database));
    if (schema != schema_version()) return {};
    const Config config = TRY(session.settings());
    return settle_restored(
        database, fixed_fields(config), session.clock, {backups_of(data_)},
        {.action = "restore_undo", .source = source.filename().string(), .in_place = true});
  }

  static Result<std::int64_t> schema_of(const std::filesystem::path& database) {
    return read_only(database, [](store::ReadTx& tx) -> Result<std::int64_t> {
      store::Statement row = tx.prepare("PRAGMA user_version");
      row.step();
      return row.integer(0);
    });
  }

  Result<std::string> undo_plan(const Session& session) const {
    const std::filesystem::path source = backup::undo_source(data_);
    if (source.empty()) return nothing_to_undo();
    return undo_report(session, source, {});
  }

  Error nothing_to_undo() const {
    return {.code = Code::not_found,
            .message = data_.string() + " holds nothing from before a restore.",
            .kind = "nothing_to_undo",
            .hint = "kontor backup list"};
  }

  std::string undo_report(const Session& session, const std::filesystem::path& source,
                          const std::filesystem::path& aside) const {
    if (!session.flags.json) {
      return (dry_run_ ? "would bring back " : "brought back ") + source.string() + "\n" +
             (dry_run_ ? "nothing was changed\n"
                       : "what was there until now is in " + aside.string() + "\n");
    }
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("dry_run").boolean(dry_run_).key("undone").boolean(!dry_run_);
    out.key("from").string(source.native()).key("aside").string(aside.native()).end_object();
    return text;
  }

  static Error held_back(Error error) {
    if (error.code == Code::locked) {
      error.hint = "stop the server first, or restore to a new directory with --to";
    }
    return error;
  }

  Error with_other(Error error, const std::filesystem::path& file) const {
    if (error.code != Code::verification_failed || !error.hint.empty()) return error;
    const std::string other = source_->other_than(file);
    error.message += " Nothing was changed.";
    error.hint = other.empty()
                     ? "there is no other backup in " + source_->shown()
                     : "kontor restore " + other + (in_place_ ? " --in-place" : " --to " + target_);
    return error;
  }

  std::string which_, target_, from_, key_file_, at_;
  bool in_place_ = false, dry_run_ = false, undo_ = false;
  std::filesystem::path data_;
  backup::Keyring keys_;
  std::optional<RestoreSource> source_;  // what was fetched goes with it
};

}  // namespace

std::unique_ptr<Command> make_restore() { return std::make_unique<Restore>(); }

}  // namespace kontor::app
