#include "backup/archive_follow.h"

#include <system_error>
#include <utility>
#include <vector>

#include "backup/archive_bundle.h"
#include "backup/archive_walk.h"

namespace kontor::backup {
namespace {

// The segments of one epoch that a bundle brought.
Result<std::vector<SegmentFile>> segments_in(const FetchWish& wish, const std::string& epoch) {
  for (Epoch& found : TRY(list_epochs(wish.archive()))) {
    if (found.name == epoch) return std::move(found.segments);
  }
  return std::vector<SegmentFile>();
}

}  // namespace

Result<std::string> follow_epoch(const FetchWish& wish, const std::string& epoch,
                                 const ChainPlace& place, const SegmentForm& form,
                                 const TakeNews& take) {
  const Bundles bundles = TRY(list_bundles(wish));
  const auto own = bundles.find(epoch);
  ChainWalk walk(epoch, place, form);
  const auto take_next = [&](const SegmentFile&, const Segment& segment) {
    return take(segment, walk.place());
  };
  for (const StoredBundle& bundle :
       own == bundles.end() ? std::vector<StoredBundle>() : own->second) {
    if (bundle.name.last_sequence <= walk.place().sequence) continue;
    TRY(fetch_bundle(wish, bundle.file));
    const std::vector<SegmentFile> segments = TRY(segments_in(wish, epoch));
    if (!segments.empty())
      TRY(walk.go_to(segments.back().sequence, SegmentWays(segments), take_next));
    std::error_code ignored;
    std::filesystem::remove_all(wish.archive(), ignored);
  }
  return bundles.empty() ? std::string() : bundles.rbegin()->first;
}

Result<ChainPlace> end_of(const ArchivePoint& point, const SegmentForm& form) {
  ChainPlace place = point.base.place;
  TRY(read_point(point, form, [&](const SegmentFile&, const Segment& segment) -> Result<void> {
    place = {.sequence = segment.head.sequence,
             .commit = segment.head.last_commit,
             .hash = segment.chain_hash()};
    return {};
  }));
  return place;
}

}  // namespace kontor::backup
