#include "archiving.h"

#include "audit_note.h"
#include "backup_making.h"
#include "composition.h"

namespace kontor::app {
namespace {

Result<void> make_base(backup::Archiver& archiver, Database& database,
                       const std::function<bool()>& is_cancelled, const BackupSealing& sealing,
                       const Clock& clock, Random& random, const Logger& log) {
  const std::filesystem::path& data = database.data_dir.path();
  const auto made = TRY(make_recorded_backup({.data = data,
                                              .folder = backups_of(data),
                                              .reason = "base of the archive",
                                              .is_cancelled = is_cancelled,
                                              .sealing = sealing,
                                              .archiver = &archiver},
                                             clock, random));
  log.info("base of the archive made", {{"file", made.file.native()},
                                        {"rows", made.manifest.contents.rows()},
                                        {"bytes", made.bytes},
                                        {"duration_ms", made.duration_ms}});
  return note_backup(*database.store, {.now_ms = clock.now_ms(), .request_id = "archive"}, made);
}

}  // namespace

std::unique_ptr<backup::Archiver> start_archive(Database& database, const Clock& clock,
                                                Random& random, const Logger& log,
                                                const BackupSealing& sealing) {
  if (database.store->log_tap() == nullptr) return nullptr;
  return std::make_unique<backup::Archiver>(
      *database.store,
      backup::ArchiverOptions{
          .data_dir = database.data_dir.path(),
          .form = backup::segment_form(sealing.recipients, sealing.keys),
          .make_base =
              [&database, &clock, &random, &log, sealing](
                  backup::Archiver& archiver, const std::function<bool()>& is_cancelled) {
                return make_base(archiver, database, is_cancelled, sealing, clock, random, log);
              }},
      clock, random, log);
}

}  // namespace kontor::app
