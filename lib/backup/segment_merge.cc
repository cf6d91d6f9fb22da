#include "backup/segment_merge.h"

#include <algorithm>

namespace kontor::backup {

bool SegmentMerge::add(const Segment& segment) {
  const SegmentHead& head = segment.head;
  if (count_ > 0) {
    const auto is_new = [&](const auto& page) { return !pages_.contains(page.first); };
    const auto more =
        static_cast<std::size_t>(std::count_if(segment.pages.begin(), segment.pages.end(), is_new));
    const bool is_larger = (pages_.size() + more) * head.page_bytes > k_most_bytes;
    if (is_larger || head.page_bytes != head_.page_bytes) return false;
  }
  SegmentHead merged = head;
  if (count_ > 0) {
    merged.first_sequence = head_.first_sequence;
    merged.first_commit = head_.first_commit;
    merged.first_ms = head_.first_ms;
    merged.previous = head_.previous;
  }
  merged.stands_for = segment.chain_hash();
  head_ = merged;
  for (const auto& [number, bytes] : segment.pages) pages_.insert_or_assign(number, bytes);
  // The database was cut off behind these.
  pages_.erase(pages_.upper_bound(head.database_pages), pages_.end());
  ++count_;
  return true;
}

}  // namespace kontor::backup
