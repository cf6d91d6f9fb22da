// What a target keeps, brought back to be restored: into a folder with backups/ and archive/ below
// it, which is then like those of a data directory, but holds no more than is needed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive_bundle.h"
#include "backup/archive_check.h"
#include "backup/archive_point.h"
#include "backup/target_store.h"
#include "base/result.h"

namespace kontor::backup {

struct FetchWish {
  TargetStore& store;
  std::filesystem::path folder;  // must exist
  Effort effort;
  std::filesystem::path backups() const { return folder / "backups"; }
  std::filesystem::path archive() const { return folder / "archive"; }
};

struct StoredBundle {
  BundleName name;
  StoredFile file;
};
using Bundles = std::map<std::string, std::vector<StoredBundle>>;  // by epoch

// Of all epochs, and in each in the order of the chain; of those whose names begin so.
Result<Bundles> list_bundles(const FetchWish& wish,
                             const std::string& beginning = std::string(k_bundle_beginning));
// Fetched and unpacked.
Result<void> fetch_bundle(const FetchWish& wish, const StoredFile& file);

// The names of its backups, newest first.
Result<std::vector<StoredFile>> list_stored_backups(const FetchWish& wish);

// One backup, "latest" or by its name; the file here. Code::not_found; Code::disk_full, before
// anything is fetched, if it has no room here.
Result<std::filesystem::path> fetch_backup(const FetchWish& wish, const std::string& which);

// Every list of who was erased, beside the backups.
Result<void> fetch_erasures(const FetchWish& wish);

// As find_point(): fetches as much of the archive, from the moment back, as the moment needs, and
// the backup that it stands upon. Code::not_found, kind `no_archive_point`, also if there is no
// archive. What is older than `oldest_epoch` is not looked at.
Result<ArchivePoint> fetch_point(const FetchWish& wish, std::optional<std::int64_t> at_ms,
                                 const SegmentForm& form, const std::string& oldest_epoch = {});

// As check_archive(), of all that the target has of the archive: epoch by epoch, each fetched, read
// from its first segment to its last and removed again. Of the backups that it stands upon only
// their presence is looked at.
Result<ArchiveReport> check_stored_archive(const FetchWish& wish, const SegmentForm& form);

}  // namespace kontor::backup
