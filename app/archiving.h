// The continuous archive of a running server.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "backup/archive_retention.h"
#include "backup/archiver.h"
#include "backup/retention.h"
#include "backup_sealing.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/random.h"

namespace kontor::app {

struct Database;

inline std::filesystem::path archive_of(const std::filesystem::path& data) {
  return data / "archive";
}

// Archives what `database` commits; its backups of an epoch's beginning are like any other: in the
// list, recorded, in the audit trail; `on_made` is called after each, on a thread of its own. Empty
// unless its store has a tap. All must outlive it.
std::unique_ptr<backup::Archiver> start_archive(Database& database, const Clock& clock,
                                                Random& random, const Logger& log,
                                                const BackupSealing& sealing,
                                                std::function<void()> on_made);

struct Pruning {
  backup::Pruned backups;
  backup::ArchivePlan archive;      // what goes of it, or went
  std::vector<std::string> doubts;  // what of it should have gone, and why it did not
};

struct PruningWish {
  std::filesystem::path data;
  backup::Retention retention;
  backup::ArchiveKeep keep;
  bool dry_run = false;
};

backup::ArchiveKeep archive_keep_of(const Config& config, const Clock& clock);

// Removes old backups of the data directory and old moments of its archive, and keeps the backups
// that the rest of it is put upon.
Result<Pruning> prune_all(PruningWish wish, const backup::Keyring& keys);

// {"epoch", "began_at", "why", "has_base", "segments", "bytes", "since", "last_second",
// "behind_ms"}, or null. Moments can be restored back to `since`; null: none can.
std::string archive_status_json(const std::filesystem::path& data);
// The same of a server, never null: {"on", …, "trouble"}; what is not known yet is null. Without
// `archiver` it keeps none, but one from before may be there.
std::string live_archive_json(const std::filesystem::path& data, const backup::Archiver* archiver);
// Milliseconds that the archive is behind, from its files. 0: nothing, or there is no archive.
std::int64_t archive_behind_ms(const std::filesystem::path& data);
// A line for a person.
std::string archive_line(const std::filesystem::path& data);

}  // namespace kontor::app
