// Merges the archive of a running server.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "backup/archive_merging.h"
#include "backup/courier.h"
#include "backup_sealing.h"
#include "base/clock.h"
#include "base/log.h"

namespace kontor::app {

// Looks each minute, on a thread of its own; neither commits nor the archive wait for it.
class ArchiveMerger {
 public:
  // `clock` and `log` must outlive it.
  ArchiveMerger(const std::filesystem::path& data, const BackupSealing& sealing, const Clock& clock,
                const Logger& log);

  // Files written since the start. Any thread.
  std::int64_t files() const { return files_; }

 private:
  void look(const std::function<bool()>& is_cancelled);

  backup::ArchiveMerging merging_;
  const Clock& clock_;
  const Logger& log_;
  bool has_failed_ = false;
  std::atomic<std::int64_t> files_ = 0;
  backup::Courier courier_;  // last: it uses what stands above
};

}  // namespace kontor::app
