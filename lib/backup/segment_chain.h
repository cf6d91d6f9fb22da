// Writes the segments of one epoch, each behind the one before it.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "backup/segment.h"

namespace kontor::backup {

// One thread. What cannot be written waits and is tried again, so that the chain has no hole.
class SegmentChain {
 public:
  // `end` is where the epoch in `folder` ends now, `last_ms` when its last commit was made.
  SegmentChain(std::filesystem::path folder, const ChainPlace& end, std::int64_t last_ms,
               SegmentForm form);

  // Makes segments of commits that follow those before. They wait for flush(). Where the clock ran
  // backwards they have the time of the last one.
  void add(const std::vector<CommitGroup>& groups);
  // Writes what waits, up to the first that cannot be written.
  Result<void> flush();

  bool is_flushed() const { return waiting_.empty(); }
  // When the oldest commit that waits was made; 0: none does.
  std::int64_t oldest_waiting_ms() const {
    return waiting_.empty() ? 0 : waiting_.front().first_ms;
  }
  const std::string& epoch() const { return epoch_; }
  const std::filesystem::path& folder() const { return folder_; }
  // What is on disk.
  const ChainPlace& end() const { return end_; }
  std::int64_t last_ms() const { return last_ms_; }
  std::int64_t segments() const { return segments_; }  // written by this one
  std::int64_t bytes() const { return bytes_; }

 private:
  struct Waiting {
    std::string bytes;
    ChainPlace place;
    std::int64_t first_ms;
    std::int64_t last_ms;
  };

  std::filesystem::path folder_;
  std::string epoch_;
  SegmentForm form_;
  ChainPlace end_;
  std::int64_t last_ms_;
  ChainPlace next_;  // where what waits will end
  std::int64_t next_ms_;
  std::deque<Waiting> waiting_;
  std::int64_t segments_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace kontor::backup
