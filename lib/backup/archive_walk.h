// The way through the segments of an epoch, from a place in its chain on: over what is merged, or
// over what it was made of, which comes to the same place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

// Which files lead on from a place. A view of `files`, which must stay as they are.
class SegmentWays {
 public:
  explicit SegmentWays(const std::vector<SegmentFile>& files);

  // Those that begin right behind `sequence` and end at `last` at the latest, longest first. If
  // there are none: those that begin before it and end behind it, for it may lie in the middle of
  // what was merged. Their pages may be put upon it, too: each is as it is at their end.
  std::vector<const SegmentFile*> from(std::uint64_t sequence, std::uint64_t last) const;

  // By their names: the longest each time, up to `last` or to where nothing leads on.
  std::vector<SegmentFile> longest(std::uint64_t sequence, std::uint64_t last) const;

 private:
  std::vector<const SegmentFile*> by_first_;  // and of those, longest first
};

using TakeSegment = std::function<Result<void>(const SegmentFile& file, const Segment& segment)>;

// Reads one file after the other; each must be the one that follows.
class ChainWalk {
 public:
  // `form` must outlive it.
  ChainWalk(std::string epoch, const ChainPlace& place, const SegmentForm& form);

  // Code::verification_failed, and the place stays, if `file` is damaged, is not what its name
  // says, or does not follow.
  Result<Segment> next(const SegmentFile& file);
  // Whether `segment`, read from `file`, follows.
  Result<void> check(const SegmentFile& file, const Segment& segment) const;

  // Goes on up to the segment `last`. Where a file is damaged or gone, those that do the same are
  // taken, if they are there; if not, it is the damage of the first one that is told.
  Result<void> go_to(std::uint64_t last, const SegmentWays& ways, const TakeSegment& take);

  const ChainPlace& place() const { return place_; }
  std::int64_t last_ms() const { return last_ms_; }  // 0: none was read

 private:
  Result<void> step(const std::vector<const SegmentFile*>& files, const TakeSegment& take);

  std::string epoch_;
  ChainPlace place_;
  const SegmentForm& form_;
  std::int64_t last_ms_ = 0;
  std::optional<Error> passed_;  // of a file that others are taken for
  std::uint64_t passed_until_ = 0;
};

Error segment_wrong(const std::string& what);
Error segment_missing(const std::string& epoch, std::uint64_t sequence);

}  // namespace kontor::backup
