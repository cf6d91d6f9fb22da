#include "nightly_backup.h"

#include "audit_note.h"
#include "backup/retention.h"
#include "backup/status.h"
#include "backup_making.h"
#include "backup_proof.h"

namespace kontor::app {
namespace {

class Night {
 public:
  Night(std::filesystem::path data, std::int64_t keep, store::Store& store, const Clock& clock,
        Random& random, const Logger& log, BackupSealing sealing, std::function<void()> on_made)
      : data_(std::move(data)),
        keep_(keep),
        store_(store),
        clock_(clock),
        random_(random),
        log_(log),
        sealing_(std::move(sealing)),
        on_made_(std::move(on_made)) {}

  // Old backups go only after a new one has been proven.
  void run(const std::function<bool()>& is_stopping) const {
    const auto made = make_recorded_backup({.data = data_,
                                            .folder = backups_of(data_),
                                            .reason = "nightly",
                                            .is_cancelled = is_stopping,
                                            .sealing = sealing_},
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
  // One that this machine seals and cannot open is read back with the key that it had a moment ago,
  // which shows that it is whole, and not that its recipient can open it: that is no proof.
  bool is_sound(const backup::Made& made) const {
    const auto status = backup::read_status(backups_of(data_));
    if (!status.last_backup || !status.last_backup->is_closed) return drill(made.file);
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
    const auto proven = backup::read_status(backups_of(data_)).last_passed_proof;
    const auto pruned = backup::prune(backups_of(data_), {.last = keep_},
                                      proven ? proven->file : std::string(), false, sealing_.keys);
    if (!pruned.ok()) return tell_failure("old backups could not be removed", pruned.error());
    if (pruned->removed > 0) log_.info("old backups removed", {{"count", pruned->removed}});
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
};

}  // namespace

Result<std::unique_ptr<backup::Schedule>> start_nightly_backup(
    const Config& config, const std::filesystem::path& data, store::Store& store,
    const crm::CurrentOrganisation& firm, const Clock& clock, Random& random, const Logger& log,
    BackupSealing sealing, std::function<void()> on_made) {
  const auto minute = parse_time_of_day(config.text("backup_at"));
  if (!minute) return std::unique_ptr<backup::Schedule>();  // off
  const auto last = backup::read_status(backups_of(data)).last_backup;
  const Night night(data, config.integer("backup_keep"), store, clock, random, log,
                    std::move(sealing), std::move(on_made));
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
