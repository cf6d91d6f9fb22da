// Several segments that follow each other, as one that does what all of them do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "backup/segment.h"

namespace kontor::backup {

class SegmentMerge {
 public:
  // Bytes of pages, all of them in memory, and once more while they are packed. One segment may
  // have more.
  static constexpr std::size_t k_most_bytes = 16U * 1024 * 1024;

  // Takes the next one. False, and nothing was taken, if all together would have too many pages, or
  // pages of different sizes.
  bool add(const Segment& segment);

  // Of what was taken. At least two must have been.
  const SegmentHead& head() const { return head_; }
  PageImages pages() const { return {pages_.begin(), pages_.end()}; }  // views into this
  std::size_t count() const { return count_; }

 private:
  SegmentHead head_;
  std::map<std::uint32_t, std::string> pages_;
  std::size_t count_ = 0;
};

}  // namespace kontor::backup
