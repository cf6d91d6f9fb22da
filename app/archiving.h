// The continuous archive of a running server.
#pragma once

#include <filesystem>
#include <memory>

#include "backup/archiver.h"
#include "backup_sealing.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

namespace kontor::app {

struct Database;

inline std::filesystem::path archive_of(const std::filesystem::path& data) {
  return data / "archive";
}

// Archives what `database` commits; its backups of an epoch's beginning are like any other: in the
// list, recorded, in the audit trail. Empty unless its store has a tap. All must outlive it.
std::unique_ptr<backup::Archiver> start_archive(Database& database, const Clock& clock,
                                                Random& random, const Logger& log,
                                                const BackupSealing& sealing);

}  // namespace kontor::app
