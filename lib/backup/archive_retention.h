// What of the archive goes: whole days from its beginning, never what a later moment needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

struct ArchiveVerdict {
  std::filesystem::path path;  // a segment, the record of a base, or an epoch's folder
  std::string reason;
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
};

struct ArchivePlan {
  std::vector<ArchiveVerdict> goes;  // in the order in which it goes
  std::vector<std::string> needed;   // backups without which a moment that stays is lost
};

// Every second from `keep_from_ms` on stays: so does the newest base that is older, with all behind
// it. `is_there` tells whether a backup still is; if none is, nothing goes. A pure function.
ArchivePlan plan_pruning(const std::vector<Epoch>& epochs, std::int64_t keep_from_ms,
                         const std::function<bool(const std::string& backup)>& is_there);

// The same of a folder.
Result<ArchivePlan> plan_archive_pruning(const std::filesystem::path& archive,
                                         const std::filesystem::path& backups,
                                         std::int64_t keep_from_ms);

// Removes what the plan names; the folders synced. A server may write the archive meanwhile.
Result<void> prune_archive(const ArchivePlan& plan);

}  // namespace kontor::backup
