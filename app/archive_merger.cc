#include "archive_merger.h"

#include <malloc.h>

#include "archiving.h"
#include "backup/archive_folder.h"

namespace kontor::app {

ArchiveMerger::ArchiveMerger(const std::filesystem::path& data, const BackupSealing& sealing,
                             const Clock& clock, const Logger& log)
    : merging_(archive_of(data), backup::segment_form(sealing.recipients, sealing.keys)),
      clock_(clock),
      log_(log),
      courier_(std::chrono::minutes(1), [this](const auto& is_cancelled) { look(is_cancelled); }) {}

void ArchiveMerger::look(const std::function<bool()>& is_cancelled) {
  const auto merged = merging_.round(clock_.now_ms(), is_cancelled);
  if (merged.ok()) {
    files_ += merged->files;
    // The C library keeps what it was given back, here many MiB, for a thread that needs it once in
    // five minutes.
    if (merged->files > 0) ::malloc_trim(0);
    for (const std::string& finding : merged->findings) {
      log_.error("the archive is damaged", {{"err", finding}});
    }
  } else if (!has_failed_) {  // it is told once, and tried again
    log_.error("the archive cannot be merged", {{"err", merged.error().message}});
  }
  has_failed_ = !merged.ok();
}

}  // namespace kontor::app
