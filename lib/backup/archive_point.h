// A moment that the continuous archive can bring back: a base and the segments upon it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "backup/restore.h"
#include "base/result.h"

namespace kontor::backup {

struct ArchivePoint {
  std::string epoch;
  Base base;
  std::filesystem::path backup;       // the file of the base
  std::vector<SegmentFile> segments;  // upon it, in their order
  std::uint64_t last_commit = 0;
  std::int64_t last_ms = 0;  // when the last commit in it was made; of the base if none is upon it
  // The end of its epoch, and no clean one: what was committed in the second before the server was
  // lost is only in what comes later.
  bool is_torn_end = false;
  std::int64_t whole_again_ms = 0;  // the first base behind this one; 0: there is none
  std::int64_t bytes() const;       // of the segments
};

// The state of all commits made before `at_ms`, a whole second; nullopt: the last there is.
// Code::not_found, kind `no_archive_point`, telling what can be restored instead, for a moment that
// no base reaches; Code::verification_failed if a segment that must be there is missing.
Result<ArchivePoint> find_point(const std::filesystem::path& archive,
                                const std::filesystem::path& backups,
                                std::optional<std::int64_t> at_ms, const SegmentForm& form);

// Reads the segments of `point` and holds each against the one before it, from the base on. With a
// `database`, which must be that of the base and open nowhere, their pages are put into it; synced.
// Code::verification_failed names the first file that is damaged, missing or not the one that
// belongs there, the time that is lost with it, and the last moment that can be restored.
Result<void> apply_segments(const ArchivePoint& point, const SegmentForm& form,
                            const std::filesystem::path& database);
Result<void> check_segments(const ArchivePoint& point, const SegmentForm& form);

// apply_segments() as a step of a restore of the base.
Check archive_step(ArchivePoint point, SegmentForm form);

struct ArchiveReport {
  std::int64_t epochs = 0;
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
  std::vector<std::string> findings;
};

// Reads every segment of every epoch, from the first to the last, and looks whether every base is
// still there.
Result<ArchiveReport> check_archive(const std::filesystem::path& archive,
                                    const std::filesystem::path& backups, const SegmentForm& form);

}  // namespace kontor::backup
