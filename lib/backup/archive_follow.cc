#include "backup/archive_follow.h"

#include <system_error>
#include <utility>
#include <vector>

#include "backup/archive_bundle.h"
#include "backup/archive_walk.h"

namespace kontor::backup {
namespace {

// Bundles whose last segment has one of the next hundred numbers, or is of the same thousand.
Result<Bundles> list_next(const FetchWish& wish, const std::string& epoch, std::uint64_t sequence) {
  constexpr std::uint64_t k_near = 100;
  constexpr std::size_t k_same_digits = 9;  // of twelve
  const auto beginning = [&](std::uint64_t number) {
    const std::string name = segment_name(number, number, 0);
    return std::string(k_bundle_beginning) + epoch + "-" + name.substr(0, k_same_digits);
  };
  Bundles bundles = TRY(list_bundles(wish, beginning(sequence + 1)));
  const std::string behind = beginning(sequence + k_near);
  if (behind == beginning(sequence + 1)) return bundles;
  Bundles next = TRY(list_bundles(wish, behind));
  for (StoredBundle& bundle : next[epoch]) bundles[epoch].push_back(std::move(bundle));
  return bundles;
}

// The segments of one epoch that a bundle brought.
Result<std::vector<SegmentFile>> segments_in(const FetchWish& wish, const std::string& epoch) {
  for (Epoch& found : TRY(list_epochs(wish.archive()))) {
    if (found.name == epoch) return std::move(found.segments);
  }
  return std::vector<SegmentFile>();
}

}  // namespace

Result<std::string> follow_epoch(const FetchWish& wish, const std::string& epoch,
                                 const ChainPlace& place, Look look, const SegmentForm& form,
                                 const TakeNews& take) {
  const bool is_far = look == Look::far;
  Bundles bundles = TRY(is_far ? list_bundles(wish) : list_next(wish, epoch, place.sequence));
  ChainWalk walk(epoch, place, form);
  const auto take_next = [&](const SegmentFile&, const Segment& segment) {
    return take(segment, walk.place());
  };
  for (const StoredBundle& bundle : bundles[epoch]) {
    if (bundle.name.last_sequence <= walk.place().sequence) continue;
    TRY(fetch_bundle(wish, bundle.file));
    const std::vector<SegmentFile> segments = TRY(segments_in(wish, epoch));
    if (!segments.empty())
      TRY(walk.go_to(segments.back().sequence, SegmentWays(segments), take_next));
    std::error_code ignored;
    std::filesystem::remove_all(wish.archive(), ignored);
  }
  return bundles.rbegin()->first;
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
