#include "backup/archive_walk.h"

#include <algorithm>
#include <utility>

namespace kontor::backup {

Error segment_wrong(const std::string& what) {
  return {.code = Code::verification_failed, .message = what, .kind = "segment_damaged"};
}

Error segment_missing(const std::string& epoch, std::uint64_t sequence) {
  return {.code = Code::verification_failed,
          .message = "Segment " + std::to_string(sequence) + " of " + epoch + " is missing.",
          .kind = "segment_missing"};
}

SegmentWays::SegmentWays(const std::vector<SegmentFile>& files) {
  by_first_.reserve(files.size());
  for (const SegmentFile& file : files) by_first_.push_back(&file);
  std::sort(by_first_.begin(), by_first_.end(), [](const SegmentFile* a, const SegmentFile* b) {
    return a->first_sequence != b->first_sequence ? a->first_sequence < b->first_sequence
                                                  : a->sequence > b->sequence;
  });
}

std::vector<const SegmentFile*> SegmentWays::from(std::uint64_t sequence,
                                                  std::uint64_t last) const {
  std::vector<const SegmentFile*> found;
  const auto begin = std::partition_point(
      by_first_.begin(), by_first_.end(),
      [&](const SegmentFile* file) { return file->first_sequence <= sequence; });
  for (auto at = begin; at != by_first_.end(); ++at) {
    if ((*at)->first_sequence != sequence + 1) break;
    if ((*at)->sequence <= last) found.push_back(*at);
  }
  if (!found.empty()) return found;
  for (auto at = by_first_.begin(); at != begin; ++at) {
    if ((*at)->sequence > sequence && (*at)->sequence <= last) found.push_back(*at);
  }
  std::sort(found.begin(), found.end(),
            [](const SegmentFile* a, const SegmentFile* b) { return a->sequence > b->sequence; });
  return found;
}

std::vector<SegmentFile> SegmentWays::longest(std::uint64_t sequence, std::uint64_t last) const {
  std::vector<SegmentFile> way;
  while (sequence < last) {
    const auto files = from(sequence, last);
    if (files.empty()) break;
    way.push_back(*files.front());
    sequence = files.front()->sequence;
  }
  return way;
}

ChainWalk::ChainWalk(std::string epoch, const ChainPlace& place, const SegmentForm& form)
    : epoch_(std::move(epoch)), place_(place), form_(form) {}

Result<void> ChainWalk::check(const SegmentFile& file, const Segment& segment) const {
  const SegmentHead& head = segment.head;
  const bool is_named = head.epoch == epoch_ && segment_name(head.first_sequence, head.sequence,
                                                             head.last_ms) == file.file.filename();
  if (!is_named) return segment_wrong(file.file.string() + " is another segment under this name.");
  const bool follows = head.previous == place_.hash && head.first_commit == place_.commit + 1;
  const bool is_around = head.sequence > place_.sequence && head.first_commit <= place_.commit &&
                         head.last_commit > place_.commit;
  if (head.first_sequence == place_.sequence + 1 ? follows : is_around) return {};
  return segment_wrong(file.file.string() + " does not follow the segment before it.");
}

Result<Segment> ChainWalk::next(const SegmentFile& file) {
  if (file.first_sequence > place_.sequence + 1) {
    return segment_missing(epoch_, place_.sequence + 1);
  }
  Segment segment = TRY(read_segment(file.file, form_));
  TRY(check(file, segment));
  place_ = {.sequence = segment.head.sequence,
            .commit = segment.head.last_commit,
            .hash = segment.chain_hash()};
  last_ms_ = segment.head.last_ms;
  return segment;
}

Result<void> ChainWalk::step(const std::vector<const SegmentFile*>& files,
                             const TakeSegment& take) {
  for (const SegmentFile* file : files) {
    const auto segment = next(*file);
    if (segment.ok()) return take(*file, *segment);
    const Code code = segment.error().code;
    if (code != Code::verification_failed && code != Code::not_found) return segment.error();
    if (passed_) continue;
    passed_ = segment.error();
    passed_until_ = file->sequence;
  }
  return passed_ ? *passed_ : segment_missing(epoch_, place_.sequence + 1);
}

Result<void> ChainWalk::go_to(std::uint64_t last, const SegmentWays& ways,
                              const TakeSegment& take) {
  while (place_.sequence < last) {
    TRY(step(ways.from(place_.sequence, last), take));
    if (place_.sequence >= passed_until_) passed_.reset();
  }
  return {};
}

}  // namespace kontor::backup
