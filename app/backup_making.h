// Making a backup as the command and the nightly schedule do it: recorded, whatever came out.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "backup/archiver.h"
#include "backup/create.h"
#include "backup_sealing.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::app {

// Where the backups of a data directory are.
inline std::filesystem::path backups_of(const std::filesystem::path& data) {
  return data / "backups";
}

// Code::not_initialised without a database, Code::forbidden for another user's: a reader makes the
// files of the write-ahead log where there are none, and they would lock the server out.
Result<void> check_own_database(const std::filesystem::path& data);

struct BackupWish {
  std::filesystem::path data;
  std::filesystem::path folder;
  std::string reason;
  std::function<bool()> is_cancelled = {};
  BackupSealing sealing = {};
  backup::Archiver* archiver = nullptr;  // the backup becomes a base of its archive
};

Result<backup::Made> make_recorded_backup(const BackupWish& wish, const Clock& clock,
                                          Random& random);

}  // namespace kontor::app
