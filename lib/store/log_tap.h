// What each commit wrote into the write-ahead log, for whoever keeps a copy of it. SQLite starts
// the log over once it is in the database; the tap holds what was not taken by then.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kontor::store {

struct LogCommit {
  std::uint64_t number = 0;  // counted from 1 since the store was opened
  std::int64_t at_ms = 0;    // of the clock; it may run backwards
  std::size_t end = 0;       // where its frames end in LogPiece::frames
};

// Frames as they stand in the log (sqlite.org/fileformat2.html, 4.1): a header of 24 bytes, then
// the page. The last frame of a commit tells the size of the database after it.
struct LogPiece {
  std::size_t page_bytes = 0;
  std::string frames;
  std::vector<LogCommit> commits;  // oldest first
};

struct LogTaken {
  std::vector<LogPiece> pieces;  // in the order of their commits
  std::string gap;               // why commits behind them are missing; empty: none are
  std::uint64_t gap_end = 0;     // the last commit that is missing
};

struct LogTapLimits {
  // Memory for what the log no longer holds. Beyond it the log is left to grow.
  std::int64_t kept_bytes = 64LL * 1024 * 1024;
  // A log of this size is emptied in any case: then there is a gap.
  std::int64_t log_bytes = 256LL * 1024 * 1024;
};

// The writer's thread tells of commits and asks before it empties the log; any one other thread
// takes. A commit waits for nothing but a vector's lock.
class LogTap {
 public:
  // `log` is the file `<database>-wal`, which SQLite must keep open as long as the tap lives.
  LogTap(std::filesystem::path log, const Clock& clock, LogTapLimits limits = {});
  LogTap(const LogTap&) = delete;
  LogTap& operator=(const LogTap&) = delete;
  ~LogTap();

  // Writer: a commit is on disk; the log now has so many frames.
  void committed(std::int64_t log_frames);
  // Writer: may the log be copied into the database now, and so be lost? If `must`, it may, at the
  // price of a gap.
  bool may_empty_log(bool must);

  // All commits since the last call.
  LogTaken take();

  // The number of the last commit. Any thread.
  std::uint64_t last_commit() const { return last_commit_; }
  // When the oldest commit was made that nobody took; 0: all are taken. Any thread.
  std::int64_t oldest_waiting_ms() const;
  // Bytes that nobody took, in the log and here. Any thread.
  std::int64_t waiting_bytes() const;

 private:
  struct Mark {
    std::uint64_t number;
    std::int64_t at_ms;
    std::int64_t log_frames;
  };

  Result<void> collect();
  Result<void> open_log();
  Result<void> follow_restart();
  Result<LogPiece> read_up_to(std::int64_t log_frames) const;
  std::vector<Mark> take_marks();
  void begin_gap(std::string why);

  const std::filesystem::path path_;
  const Clock& clock_;
  const LogTapLimits limits_;

  mutable std::mutex marks_mutex_;  // held for a moment
  std::vector<Mark> marks_;         // of commits whose frames are still in the log only
  std::int64_t log_frames_ = 0;
  std::int64_t collected_frames_ = 0;  // of the same log, unless it has started over since
  std::int64_t kept_since_ms_ = 0;     // the oldest commit in kept_
  std::int64_t kept_bytes_ = 0;
  bool in_gap_ = false;

  std::mutex reading_mutex_;  // held while the log is read; taken before the other one
  int fd_ = -1;
  std::string salts_;  // of the log that read_frames_ counts in
  std::size_t page_bytes_ = 0;
  std::int64_t read_frames_ = 0;
  std::vector<LogPiece> kept_;
  std::string gap_;

  std::atomic<std::uint64_t> last_commit_ = 0;
};

}  // namespace kontor::store
