#include "nightly_backup.h"

#include "archiving.h"
#include "audit_note.h"
#include "backup/archive_check.h"
#include "backup/retention.h"
#include "backup/status.h"
#include "backup_making.h"
#include "backup_proof.h"

namespace kontor::app {
namespace {

class Night {
 public:
  Night(std::filesystem::path data, std::int64_t keep, store::Store& store, const Clock& clock,
        Random& random, const Logger& log, BackupSealing sealing, std::function<void()> on_made,
        backup::Archiver* archiver, backup::ArchiveKeep archive_keep)
      : data_(std::move(data)),
        keep_(keep),
        store_(store),
        clock_(clock),
        random_(random),
        log_(log),
        sealing_(std::move(sealing)),
        on_made_(std::move(on_made)),
        archiver_(archiver),
        archive_keep_(archive_keep) {}

  // Old backups go only after a new one has been proven.
  void run(const std::function<bool()>& is_stopping) const {
    if (archiver_ != nullptr && archiver_->figures().has_base && !is_closed()) prove_archive();
    const auto made = make_recorded_backup({.data = data_,
                                            .folder = backups_of(data_),
                                            .reason = "nightly",
                                            .is_cancelled = is_stopping,
                                            .sealing = sealing_,
                                            .archiver = archiver_},
                                           clock_, random_);
    if (!made.ok()) return tell_failure("backup failed", made.error());
    log_.info("backup made", {{"file", made->file.native()},
                              {"rows", made->manifest.contents.rows()},
                              {"bytes", made->bytes},
                              {"duration_ms", made->duration_ms}});
    if (on_made_) on_made_();
    const auto noted =
        note_backup(store_, {.now_ms = clock_.now_ms(), .request_id = "backup"}, *made);
    if (!noted.ok()) tell_failure("the backup is not in the audit trail", noted.error());
    if (!is_stopping() && is_sound(*made)) prune();
  }

 private:
  // Sealed, with no key here: nothing can be proven.
  bool is_closed() const {
    const auto status = backup::read_status(backups_of(data_));
    return status.last_backup && status.last_backup->is_closed;
  }

  // One that this machine seals and cannot open is read back with the key that it had a moment ago,
  // which shows that it is whole, and not that its recipient can open it: that is no proof.
  bool is_sound(const backup::Made& made) const {
    if (!is_closed()) return drill(made.file);
    const auto read = prove_backup(made.file, random_, made.own_key);
    if (!read.ok()) tell_failure("the sealed backup cannot be read back", read.error());
    else log_.info("sealed backup read back; it can be proved where its key is", {});
    return read.ok();
  }

  bool drill(const std::filesystem::path& file) const {
    const auto drilled = run_drill(file, backups_of(data_), clock_, random_, sealing_.keys);
    if (!drilled.ok()) tell_failure("the drill could not be recorded", drilled.error());
    else if (!drilled->record.passed) tell_failure("restore drill failed", drilled->error);
    else
      log_.info("restore proven",
                {{"rows", drilled->record.rows}, {"duration_ms", drilled->record.duration_ms}});
    return drilled.ok() && drilled->record.passed;
  }

  void prune() const {
    backup::ArchiveKeep keep = archive_keep_;
    keep.now_ms = clock_.now_ms();
    const auto pruned =
        prune_all({.data = data_, .retention = {.last = keep_}, .keep = keep}, sealing_.keys);
    if (!pruned.ok()) return tell_failure("old backups could not be removed", pruned.error());
    if (pruned->backups.removed > 0)
      log_.info("old backups removed", {{"count", pruned->backups.removed}});
    if (!pruned->archive.goes.empty()) log_.info("old moments of the archive removed");
    for (const std::string& doubt : pruned->doubts)
      log_.error("what is merged cannot be read; its parts stay", {{"err", doubt}});
  }

  // The last moment of the archive, upon the base of the night before: a day of segments.
  void prove_archive() const {
    const auto report = backup::check_archive(archive_of(data_), backups_of(data_),
                                              backup::segment_form({}, sealing_.keys));
    if (!report.ok()) return tell_failure("the archive could not be checked", report.error());
    for (const std::string& finding : report->findings)
      log_.error("the archive is damaged", {{"err", finding}});
    const auto drilled = run_archive_drill(data_, clock_, random_, sealing_.keys);
    if (!drilled.ok()) return tell_failure("the archive could not be proven", drilled.error());
    if (!drilled->record.passed) return tell_failure("the archive's drill failed", drilled->error);
    if (!report->findings.empty()) return record_damage(*drilled, report->findings.front());
    log_.info("archive proven",
              {{"segments", report->segments}, {"duration_ms", drilled->record.duration_ms}});
  }

  // Its end can be restored, but not every second.
  void record_damage(const Drill& drilled, const std::string& finding) const {
    backup::ProofRecord record = drilled.record;
    record.passed = false;
    record.finding = finding;
    const auto recorded = backup::record_proof(backups_of(data_), record);
    if (!recorded.ok()) tell_failure("the drill could not be recorded", recorded.error());
  }

  void tell_failure(std::string_view what, const Error& error) const {
    if (error.kind == "interrupted") return;  // the server stops; there is another night
    log_.error(what, {{"err", error.message}});
  }

  std::filesystem::path data_;
  std::int64_t keep_;
  store::Store& store_;
  const Clock& clock_;
  Random& random_;
  const Logger& log_;
  BackupSealing sealing_;
  std::function<void()> on_made_;
  backup::Archiver* archiver_;
  backup::ArchiveKeep archive_keep_;
};

}  // namespace

Result<std::unique_ptr<backup::Schedule>> start_nightly_backup(
    const Config& config, const std::filesystem::path& data, store::Store& store,
    const crm::CurrentOrganisation& firm, const Clock& clock, Random& random, const Logger& log,
    BackupSealing sealing, std::function<void()> on_made, backup::Archiver* archiver) {
  const auto minute = parse_time_of_day(config.text("backup_at"));
  if (!minute) return std::unique_ptr<backup::Schedule>();  // off
  const auto last = backup::read_status(backups_of(data)).last_backup;
  const Night night(data, config.integer("backup_keep"), store, clock, random, log,
                    std::move(sealing), std::move(on_made), archiver,
                    archive_keep_of(config, clock));
  return std::make_unique<backup::Schedule>(
      backup::Schedule::Plan{
          .due = {.minute = *minute,
                  .started_ms = clock.now_ms(),
                  .last_ms = last ? last->at_ms : 0},
          .zone = [&firm] { return firm.now()->zone; },
          .run = [night](const std::function<bool()>& is_stopping) { night.run(is_stopping); }},
      clock);
}

}  // namespace kontor::app
