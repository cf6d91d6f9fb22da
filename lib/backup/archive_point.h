// A moment that the continuous archive can bring back: a base and the segments upon it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "backup/archive_walk.h"
#include "backup/restore.h"
#include "base/result.h"

namespace kontor::backup {

struct ArchivePoint {
  std::string epoch;
  Base base;
  std::filesystem::path backup;       // the file of the base
  std::vector<SegmentFile> segments;  // upon it, in their order
  std::vector<SegmentFile> others;    // what those were merged of, as far as it is there
  std::uint64_t last_commit = 0;
  std::int64_t last_ms = 0;  // when the last commit in it was made; of the base if none is upon it
  // The end of its epoch, and no clean one: what was committed in the second before the server was
  // lost is only in what comes later.
  bool is_torn_end = false;
  // If not 0: the moment may be earlier than the one asked for, as what was committed between
  // last_ms and this second is held as one.
  std::int64_t merged_until_ms = 0;
  std::int64_t whole_again_ms = 0;  // the first base behind this one; 0: there is none
  std::int64_t bytes() const;       // of the segments
};

// The state of all commits made before `at_ms`, a whole second, or of as many of them as can be
// told from later ones (merged_until_ms); nullopt: the last there is.
// Code::not_found, kind `no_archive_point`, telling what can be restored instead, for a moment that
// no base reaches; Code::verification_failed if a segment that must be there is missing.
Result<ArchivePoint> find_point(const std::filesystem::path& archive,
                                const std::filesystem::path& backups,
                                std::optional<std::int64_t> at_ms, const SegmentForm& form);

// The segments of `point` in their order, each held against the one before it. Where one is damaged
// and what it was merged of is there, that is taken.
Result<void> read_point(const ArchivePoint& point, const SegmentForm& form,
                        const TakeSegment& take);

// Reads the segments of `point` and holds each against the one before it, from the base on. With a
// `database`, which must be that of the base and open nowhere, their pages are put into it; synced.
// Code::verification_failed names the first file that is damaged, missing or not the one that
// belongs there, the time that is lost with it, and the last moment that can be restored.
Result<void> apply_segments(const ArchivePoint& point, const SegmentForm& form,
                            const std::filesystem::path& database);
Result<void> check_segments(const ArchivePoint& point, const SegmentForm& form);

// apply_segments() as a step of a restore of the base.
Check archive_step(ArchivePoint point, SegmentForm form);

}  // namespace kontor::backup
