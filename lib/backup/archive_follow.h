// What a target gets of the archive, as it comes: for a standby, which puts it into its database.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "backup/archive_fetch.h"
#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

// A segment, and the place in its chain behind it. An Error ends the following.
using TakeNews = std::function<Result<void>(const Segment& segment, const ChainPlace& behind)>;

enum class Look {
  near,  // at the names that are next: one question, however much the target holds
  far,   // at all names, also of other epochs
};

// Fetches what lies behind `place` in `epoch`, bundle by bundle, and holds each segment against the
// one before it; nothing stays in the folder of the wish. The newest epoch that the target has, or
// empty; of a near look, `epoch`. Code::verification_failed for a
// bundle or segment that is damaged, missing or no link of the chain: all before it was taken.
Result<std::string> follow_epoch(const FetchWish& wish, const std::string& epoch,
                                 const ChainPlace& place, Look look, const SegmentForm& form,
                                 const TakeNews& take);

// The place in the chain at which `point` ends.
Result<ChainPlace> end_of(const ArchivePoint& point, const SegmentForm& form);

}  // namespace kontor::backup
