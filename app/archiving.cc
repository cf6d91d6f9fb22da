#include "archiving.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "audit_note.h"
#include "backup/overview.h"
#include "backup/status.h"
#include "backup/target_tries.h"
#include "backup_making.h"
#include "base/civil.h"
#include "base/json_writer.h"
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

// What is known of an archive from its files, also of a server's that is not there any more.
struct ArchiveState {
  backup::Epoch epoch;  // the newest
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
  std::int64_t behind_ms = 0;
  std::int64_t since_ms = 0;        // the oldest base; 0: there is none
  std::int64_t last_second_ms = 0;  // that can be restored; 0: none can
};

std::int64_t written_ms(const std::filesystem::path& file) {
  struct stat entry {};
  if (::stat(file.c_str(), &entry) != 0 || entry.st_size == 0) return 0;
  return static_cast<std::int64_t>(entry.st_mtim.tv_sec) * 1000 + entry.st_mtim.tv_nsec / 1'000'000;
}

// The log is written by each commit and by nothing else that leaves something in it.
std::int64_t behind_ms(const std::filesystem::path& data, const backup::Epoch& epoch) {
  if (backup::read_end(archive_of(data))) return 0;
  const std::int64_t log_ms = written_ms(data / "kontor.db-wal");
  const std::int64_t archived_ms =
      epoch.segments.empty() ? epoch.began_ms : written_ms(epoch.segments.back().file);
  return std::max<std::int64_t>(0, log_ms - archived_ms);
}

void look_at_bases(const std::filesystem::path& data, const backup::Epoch& epoch,
                   ArchiveState& state) {
  for (const backup::Base& base : epoch.bases) {
    std::error_code gone;
    if (!std::filesystem::exists(backups_of(data) / base.backup, gone)) continue;
    if (state.since_ms == 0) state.since_ms = base.taken_at_ms;
    state.last_second_ms = std::max(state.last_second_ms, base.taken_at_ms);
  }
  if (state.since_ms == 0 || epoch.segments.empty()) return;
  state.last_second_ms = std::max(state.last_second_ms, epoch.segments.back().second_ms);
}

Result<std::optional<ArchiveState>> look_at_archive(const std::filesystem::path& data) {
  const auto epochs = TRY(backup::list_epochs(archive_of(data)));
  if (epochs.empty()) return std::optional<ArchiveState>();
  ArchiveState state{.epoch = epochs.back()};
  for (const backup::Epoch& epoch : epochs) {
    state.segments += static_cast<std::int64_t>(epoch.segments.size());
    state.bytes += epoch.bytes();
    look_at_bases(data, epoch, state);
  }
  state.behind_ms = behind_ms(data, state.epoch);
  return std::optional<ArchiveState>(std::move(state));
}

// The members of what is known from the files, into an object that is open.
void write_archive(JsonWriter& out, const ArchiveState& archive) {
  out.key("epoch").string(archive.epoch.name);
  backup::write_instant(out, "began_at", archive.epoch.began_ms);
  out.key("why").string(archive.epoch.why).key("has_base").boolean(!archive.epoch.bases.empty());
  out.key("segments").integer(archive.segments).key("bytes").integer(archive.bytes);
  backup::write_instant(out, "since", archive.since_ms);
  backup::write_instant(out, "last_second", archive.last_second_ms);
}

}  // namespace

backup::ArchiveKeep archive_keep_of(const Config& config, const Clock& clock) {
  return {.now_ms = clock.now_ms(),
          .seconds_days = config.integer("archive_seconds_days"),
          .minutes_days = config.integer("archive_minutes_days"),
          .hours_days = config.integer("archive_hours_days")};
}

Result<Pruning> prune_all(PruningWish wish, const backup::Keyring& keys) {
  const std::filesystem::path backups = backups_of(wish.data), archive = archive_of(wish.data);
  Pruning pruning;
  pruning.archive = TRY(backup::plan_archive_pruning(archive, backups, wish.keep));
  wish.retention.needed = pruning.archive.needed;
  const auto proven = backup::read_status(backups).last_passed_proof;
  pruning.backups = TRY(backup::prune(backups, wish.retention,
                                      proven ? proven->file : std::string(), wish.dry_run, keys));
  if (wish.dry_run) return pruning;
  // Bases that are gone now are forgotten with the rest.
  pruning.archive = TRY(backup::plan_archive_pruning(archive, backups, wish.keep));
  pruning.doubts = TRY(backup::prune_archive(pruning.archive, backup::segment_form({}, keys)));
  return pruning;
}

std::string archive_status_json(const std::filesystem::path& data) {
  const auto state = look_at_archive(data);
  if (!state.ok() || !*state) return "null";
  const ArchiveState& archive = **state;
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_archive(out, archive);
  out.key("behind_ms").integer(archive.behind_ms).end_object();
  return text;
}

std::string live_archive_json(const std::filesystem::path& data, const backup::Archiver* archiver) {
  const auto state = look_at_archive(data);
  ArchiveState archive;
  if (state.ok() && *state) archive = **state;
  backup::ArchiveFigures live;
  if (archiver != nullptr) live = archiver->figures();
  if (!state.ok()) live.trouble = state.error().message;
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("on").boolean(archiver != nullptr);
  write_archive(out, archive);
  out.key("behind_ms").integer(live.lag_ms);
  out.key("trouble").string(live.trouble.empty() ? live.base_trouble : live.trouble).end_object();
  return text;
}

std::int64_t archive_behind_ms(const std::filesystem::path& data) {
  const auto state = look_at_archive(data);
  return state.ok() && *state ? (*state)->behind_ms : 0;
}

std::string archive_line(const std::filesystem::path& data) {
  const auto state = look_at_archive(data);
  if (!state.ok()) return "the archive cannot be read: " + state.error().message;
  if (!*state) return "no archive";
  const ArchiveState& archive = **state;
  std::string line = "archive since " + format_instant(archive.epoch.began_ms).substr(0, 19) +
                     "Z (" + archive.epoch.why + "), " +
                     backup::counted(archive.segments, "segment") + ", " +
                     backup::readable_bytes(archive.bytes);
  if (archive.epoch.bases.empty()) line += ", without a base yet";
  line += archive.behind_ms == 0 ? ", nothing behind"
                                 : ", behind by " + backup::readable_duration(archive.behind_ms);
  return line;
}

std::unique_ptr<backup::Archiver> start_archive(Database& database, const Clock& clock,
                                                Random& random, const Logger& log,
                                                const BackupSealing& sealing,
                                                std::function<void()> on_made) {
  if (database.store->log_tap() == nullptr) return nullptr;
  return std::make_unique<backup::Archiver>(
      *database.store,
      backup::ArchiverOptions{
          .data_dir = database.data_dir.path(),
          .form = backup::segment_form(sealing.recipients, sealing.keys),
          .make_base = [&database, &clock, &random, &log, sealing, on_made = std::move(on_made)](
                           backup::Archiver& archiver,
                           const std::function<bool()>& is_cancelled) -> Result<void> {
            TRY(make_base(archiver, database, is_cancelled, sealing, clock, random, log));
            if (on_made) on_made();
            return {};
          }},
      clock, random, log);
}

}  // namespace kontor::app
