#include "backup/segment_chain.h"

#include <algorithm>
#include <utility>

namespace kontor::backup {

SegmentChain::SegmentChain(std::filesystem::path folder, const ChainPlace& end,
                           std::int64_t last_ms, SegmentForm form)
    : folder_(std::move(folder)),
      epoch_(folder_.filename().string()),
      form_(std::move(form)),
      end_(end),
      last_ms_(last_ms),
      next_(end),
      next_ms_(last_ms) {}

void SegmentChain::add(const std::vector<CommitGroup>& groups) {
  for (const CommitGroup& group : groups) {
    const SegmentHead head{.epoch = epoch_,
                           .first_sequence = next_.sequence + 1,
                           .sequence = next_.sequence + 1,
                           .first_commit = group.first_commit,
                           .last_commit = group.last_commit,
                           .first_ms = std::max(group.first_ms, next_ms_),
                           .last_ms = std::max(group.last_ms, next_ms_),
                           .page_bytes = group.page_bytes,
                           .database_pages = group.database_pages,
                           .previous = next_.hash,
                           .stands_for = {}};
    std::string bytes = encode_segment(head, group.pages);
    next_ = {.sequence = head.sequence, .commit = head.last_commit, .hash = hash_of(bytes)};
    next_ms_ = head.last_ms;
    waiting_.push_back({std::move(bytes), next_, head.first_ms, head.last_ms});
  }
}

Result<void> SegmentChain::flush() {
  while (!waiting_.empty()) {
    const Waiting& first = waiting_.front();
    const std::string name =
        segment_name(first.place.sequence, first.place.sequence, first.last_ms);
    TRY(write_segment(folder_ / name, first.bytes, form_));
    ++segments_;
    bytes_ += static_cast<std::int64_t>(first.bytes.size());
    end_ = first.place;
    last_ms_ = first.last_ms;
    waiting_.pop_front();
  }
  return {};
}

}  // namespace kontor::backup
