#include <optional>

#include "archiving.h"
#include "backup/archive_check.h"
#include "backup/archive_point.h"
#include "backup/overview.h"
#include "backup_making.h"
#include "backup_proof.h"
#include "base/json_writer.h"
#include "exit_code.h"
#include "operations/interrupt.h"
#include "restore_source.h"
#include "verbs.h"

namespace kontor::app {
namespace {

// Findings of SQLite have no full stop, those of errors have one.
std::string as_sentence(const std::string& text) { return text.ends_with('.') ? text : text + "."; }

std::string live_json(const LiveReport& report, std::int64_t duration_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("target").string("live").key("passed").boolean(report.findings.empty());
  out.key("checks").integer(report.checks);
  out.key("findings").begin_array();
  for (const FieldError& finding : report.findings) {
    out.begin_object().key("check").string(finding.pointer);
    out.key("detail").string(finding.detail).end_object();
  }
  out.end_array().key("duration_ms").integer(duration_ms).end_object();
  return text;
}

std::string archive_json(const backup::ArchiveReport& report, bool drill,
                         std::int64_t duration_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("target").string("archive").key("passed").boolean(true);
  out.key("drill").boolean(drill).key("epochs").integer(report.epochs);
  out.key("segments").integer(report.segments).key("bytes").integer(report.bytes);
  out.key("findings").begin_array().end_array();
  out.key("duration_ms").integer(duration_ms).end_object();
  return text;
}

std::string archive_text(const backup::ArchiveReport& report, bool drill,
                         std::int64_t duration_ms) {
  return "the archive is whole" +
         std::string(drill ? ", and its end restored and proven: " : ": ") +
         backup::counted(report.segments, "segment") + " in " +
         backup::counted(report.epochs, "epoch") + ", " + backup::readable_bytes(report.bytes) +
         ", in " + backup::readable_duration(duration_ms) + "\n";
}

std::string backup_json(const std::string& shown, const backup::Manifest& manifest, bool drill,
                        std::int64_t duration_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("target").string(shown).key("passed").boolean(true);
  out.key("drill").boolean(drill).key("rows").integer(manifest.contents.rows());
  out.key("tables").integer(static_cast<std::int64_t>(manifest.contents.tables.size()));
  out.key("files").integer(static_cast<std::int64_t>(manifest.files.size()));
  out.key("bytes").integer(manifest.bytes()).key("findings").begin_array().end_array();
  out.key("duration_ms").integer(duration_ms).end_object();
  return text;
}

std::string backup_text(const std::string& shown, const backup::Manifest& manifest, bool drill,
                        std::int64_t duration_ms) {
  return shown + (drill ? ": restored and proven, " : ": whole, ") +
         std::to_string(manifest.contents.rows()) + " rows in " +
         std::to_string(manifest.contents.tables.size()) + " tables, " +
         std::to_string(manifest.files.size()) + " files, in " +
         backup::readable_duration(duration_ms) + "\n";
}

class Verify final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("WHAT", what_, "live (the default), archive, latest, or the file of a backup",
                    false);
    syntax.flag("--drill", drill_,
                "Restores into a scratch folder, brings the schema up, checks the business's rules "
                "there, and records what came out.");
    syntax.text("--from", from_, "DIR",
                "Proves the backup or the archive of a folder, or of a target such as "
                "s3://BUCKET/PREFIX, from which it is fetched.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens a sealed backup, if the settings name none.");
  }

  Result<int> run(const Session& session) override {
    const Config config = TRY(session.settings());
    data_ = data_path(config);
    keys_ = TRY(backup_keys_of(config, key_file_));
    if (what_.empty()) what_ = drill_ || !from_.empty() ? "latest" : "live";
    if (what_ == "live" && !from_.empty()) return no_live_there();
    if (what_ == "live" && drill_) return no_live_drill();
    const Interrupt interrupt;
    if (what_ != "live") TRY(open_source(session, config, interrupt));
    if (what_ == "archive") return archive(session);
    return what_ == "live" ? live(session) : one_backup(session);
  }

 private:
  Result<void> open_source(const Session& session, const Config& config,
                           const Interrupt& interrupt) {
    source_.emplace(TRY(RestoreSource::open({.from = from_,
                                             .data = data_,
                                             .scratch = scratch(),
                                             .is_cancelled = [&] { return interrupt.came(); }},
                                            config, session, keys_)));
    return {};
  }

  // The disk of the data directory, if there is one, has room for data.
  std::filesystem::path scratch() const {
    std::error_code failure;
    return std::filesystem::is_directory(data_, failure) ? data_
                                                         : std::filesystem::temp_directory_path();
  }

  static Error no_live_there() {
    return {.code = Code::usage,
            .message = "The live database is here; --from is for a backup or the archive.",
            .kind = "usage",
            .hint = "kontor verify latest --from s3://BUCKET/PREFIX"};
  }

  static Error no_live_drill() {
    return {.code = Code::usage,
            .message = "A drill restores a backup; the live database is none.",
            .kind = "usage",
            .hint = "kontor verify latest --drill"};
  }

  Result<int> live(const Session& session) const {
    TRY(check_own_database(data_));
    const std::int64_t began_ms = session.clock.monotonic_ms();
    const LiveReport report = TRY(verify_live(data_ / "kontor.db"));
    const std::int64_t duration_ms = session.clock.monotonic_ms() - began_ms;
    if (session.flags.json) session.output.print(live_json(report, duration_ms));
    if (report.findings.empty()) {
      if (!session.flags.json) {
        session.output.print("the live database is sound: " + std::to_string(report.checks) +
                             " checks in " + backup::readable_duration(duration_ms) + "\n");
      }
      return k_exit_ok;
    }
    Error error{.code = Code::verification_failed,
                .message = (data_ / "kontor.db").string() +
                           " is not sound: " + as_sentence(report.findings.front().detail),
                .kind = "database_damaged",
                .hint = "copy the data directory aside, then: kontor restore latest --in-place"};
    error.fields = report.findings;
    session.output.fail(error);
    return k_exit_verification;
  }

  Result<int> archive(const Session& session) const {
    const std::int64_t began_ms = session.clock.monotonic_ms();
    if (drill_ && !from_.empty()) return no_drill_there();
    const auto report = TRY(source_->check_archive());
    if (report.epochs == 0) return no_archive();
    if (!report.findings.empty()) return damaged(session, report);
    if (drill_) {
      const Drill drill = TRY(run_archive_drill(data_, session.clock, session.random, keys_));
      if (!drill.record.passed) return drill.error;
    }
    const std::int64_t duration_ms = session.clock.monotonic_ms() - began_ms;
    session.output.print(session.flags.json ? archive_json(report, drill_, duration_ms)
                                            : archive_text(report, drill_, duration_ms));
    return k_exit_ok;
  }

  static Error no_drill_there() {
    return {.code = Code::usage,
            .message = "A drill of the archive of a target is a restore from it.",
            .kind = "usage",
            .hint = "kontor restore latest --from TARGET --to DIR"};
  }

  Error no_archive() const {
    return {
        .code = Code::not_found,
        .message = (from_.empty() ? archive_of(data_).string() : from_) + " holds no archive.",
        .kind = "no_archive",
        .hint = "start a server, unless archive is off in its settings; or: kontor verify latest"};
  }

  static Result<int> damaged(const Session& session, const backup::ArchiveReport& report) {
    Error error{.code = Code::verification_failed,
                .message = report.findings.front(),
                .kind = "archive_damaged",
                .hint =
                    "kontor backup create; kontor restore latest --in-place --dry-run tells "
                    "what can be restored"};
    for (const std::string& finding : report.findings) {
      error.fields.push_back({"archive", "wrong", finding});
    }
    session.output.fail(error);
    return k_exit_verification;
  }

  Result<int> one_backup(const Session& session) const {
    const FoundBackup found = TRY(source_->find_backup(what_));
    const std::filesystem::path& file = found.file;
    const std::int64_t began_ms = session.clock.monotonic_ms();
    auto manifest = drill_ ? drill(session, file) : prove_backup(file, session.random, keys_);
    if (!manifest.ok()) return with_other(std::move(manifest).error(), file);
    const std::int64_t duration_ms = session.clock.monotonic_ms() - began_ms;
    session.output.print(session.flags.json
                             ? backup_json(found.shown, *manifest, drill_, duration_ms)
                             : backup_text(found.shown, *manifest, drill_, duration_ms));
    return k_exit_ok;
  }

  Result<backup::Manifest> drill(const Session& session, const std::filesystem::path& file) const {
    Drill drill = TRY(run_drill(file, backups_of(data_), session.clock, session.random, keys_));
    if (!drill.record.passed) return std::move(drill.error);
    return std::move(drill.manifest);
  }

  Error with_other(Error error, const std::filesystem::path& file) const {
    if (error.code != Code::verification_failed || !error.hint.empty()) return error;
    const std::string other = source_->other_than(file);
    error.hint = other.empty() ? "kontor backup create" : "kontor verify " + other;
    return error;
  }

  std::string what_, key_file_, from_;
  bool drill_ = false;
  std::filesystem::path data_;
  backup::Keyring keys_;
  std::optional<RestoreSource> source_;  // what was fetched goes with it
};

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<Verify>(); }

}  // namespace kontor::app
