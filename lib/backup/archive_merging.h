// Merges segments of the continuous archive, so that a moment of last week needs few of them: those
// of five minutes into one, and those of an hour. What was merged stays beside it until retention
// removes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

inline constexpr std::int64_t k_minutes_ms = 5LL * 60 * 1000;
inline constexpr std::int64_t k_hour_ms = 60LL * 60 * 1000;

struct Merged {
  std::int64_t files = 0;  // that were written now
  std::int64_t bytes = 0;
  std::vector<std::string> findings;  // files that are damaged; each is told once
};

// One thread; one for an archive. Remembers what it has seen, so that it reads nothing twice.
class ArchiveMerging {
 public:
  // What `form` cannot open stays as it is, and all before it.
  ArchiveMerging(std::filesystem::path archive, SegmentForm form);

  // Merges the windows that are over: something came later, the epoch is over, or `now_ms` is well
  // past it. A single segment of a window stands for itself, and so does one that is large. After
  // an Error the next round goes on where it stopped.
  Result<Merged> round(std::int64_t now_ms, const std::function<bool()>& is_cancelled = {});

 private:
  // What is known of an epoch. Nothing is merged over a wall, which stands behind a sequence: all
  // together would be too large, or one is damaged.
  struct Known {
    std::set<std::uint64_t> walls;
    std::uint64_t closed_until = 0;  // no key opens what comes before
    std::int64_t changed_ns = 0;     // of the folder, when it was read
    bool is_done = false;            // as long as it does not change
  };
  class Pass;

  Result<void> look_at(const std::filesystem::path& folder, bool is_over, std::int64_t now_ms,
                       const std::function<bool()>& is_cancelled, Merged& merged);

  const std::filesystem::path archive_;
  const SegmentForm form_;
  std::map<std::string, Known> known_;
};

}  // namespace kontor::backup
