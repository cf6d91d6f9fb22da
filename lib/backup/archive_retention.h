// What of the archive goes. It keeps every second of the last day, then the end of each five
// minutes, then that of each hour, and at last nothing; never less than what a kept moment needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

// For how many days back which moments stay.
struct ArchiveKeep {
  std::int64_t now_ms = 0;
  std::int64_t seconds_days = 1;
  std::int64_t minutes_days = 7;  // each full five minutes
  std::int64_t hours_days = 30;   // each full hour
};

struct ArchiveVerdict {
  std::filesystem::path path;  // a segment, the record of a base, or an epoch's folder
  std::string reason;
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
  std::filesystem::path instead = {};  // what does the same; must be readable for this one to go
};

// Segments that stay for one reason.
struct ArchiveShare {
  std::string reason;
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
};

struct ArchivePlan {
  std::vector<ArchiveVerdict> goes;  // in the order in which it goes
  std::vector<ArchiveShare> stays;
  std::vector<std::string> needed;  // backups without which a moment that stays is lost
};

// A segment goes if a merged one does what it does and no moment that stays lies between its end
// and that one's; an epoch, if none lies in it; what is older than the newest base before all of
// them, in any case. `is_there` tells whether a backup still is; of an epoch that has none nothing
// goes. A pure function.
ArchivePlan plan_pruning(const std::vector<Epoch>& epochs, const ArchiveKeep& keep,
                         const std::function<bool(const std::string& backup)>& is_there);

// The same of a folder.
Result<ArchivePlan> plan_archive_pruning(const std::filesystem::path& archive,
                                         const std::filesystem::path& backups,
                                         const ArchiveKeep& keep);

// Removes what the plan names; the folders synced. A server may write the archive meanwhile. What
// has to stay because the merged one in its place cannot be read is taken out of the plan; why, one
// sentence for each of those.
Result<std::vector<std::string>> prune_archive(ArchivePlan& plan, const SegmentForm& form);

}  // namespace kontor::backup
