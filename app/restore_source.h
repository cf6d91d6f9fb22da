// Where a restore takes its data from: the backups and the archive of the data directory, a folder,
// or a target, from which what is needed is fetched first.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "backup/archive_check.h"
#include "backup/archive_fetch.h"
#include "backup/archive_point.h"
#include "backup/seal_keyring.h"
#include "backup/staging_folder.h"
#include "backup/target_store.h"
#include "base/backup_target.h"
#include "base/config.h"
#include "session.h"

namespace kontor::app {

// "s3://bucket/prefix", "dir:/folder" or a folder. The target, if it is one; Code::usage if it is
// one that cannot be read.
Result<std::optional<BackupTarget>> readable_target(const std::string& from);

// A file of a backup, and with it the segments that are put upon it.
struct FoundBackup {
  std::filesystem::path file;
  std::string shown;  // where it comes from, for people
  std::optional<backup::ArchivePoint> point = {};
};

class RestoreSource {
 public:
  struct Wish {
    std::string from;               // empty: the data directory
    std::filesystem::path data;     // of the settings
    std::filesystem::path scratch;  // an existing folder, where what is fetched may lie
    std::function<bool()> is_cancelled;
  };

  static Result<RestoreSource> open(Wish wish, const Config& config, const Session& session,
                                    const backup::Keyring& keys);

  // "latest", a name or a path; `at_ms` instead of it: the moment, out of the archive.
  Result<FoundBackup> find(const std::string& which, std::optional<std::int64_t> at_ms) const;
  // The same of a backup alone, without an archive.
  Result<FoundBackup> find_backup(const std::string& which) const;
  // Reads all of the archive that is there, and looks whether the backups that it needs are.
  Result<backup::ArchiveReport> check_archive() const;
  // What to try if the found backup is no good; empty: nothing.
  std::string other_than(const std::filesystem::path& file) const;
  // The folder of the backups, or the target.
  std::string shown() const;

 private:
  RestoreSource(Wish wish, const backup::Keyring& keys) : wish_(std::move(wish)), keys_(keys) {}
  std::filesystem::path folder() const;
  Result<FoundBackup> find_here(const std::string& which, std::optional<std::int64_t> at_ms) const;
  Result<FoundBackup> find_latest_here() const;
  Result<FoundBackup> find_there(const std::string& which, std::optional<std::int64_t> at_ms) const;
  Result<FoundBackup> find_latest_there() const;
  FoundBackup found(std::filesystem::path file) const;
  FoundBackup found(backup::ArchivePoint point) const;

  Wish wish_;
  backup::Keyring keys_;
  // Of a target, or of a folder in which an archive lies.
  std::shared_ptr<backup::TargetStore> store_;
  std::shared_ptr<backup::StagingFolder> staging_;
  std::optional<backup::FetchWish> fetch_;
};

}  // namespace kontor::app
