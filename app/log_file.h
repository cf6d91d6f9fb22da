// The log as a file of its own: rotated by size and age, opened again on request, and never a
// reason to stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "log_archive.h"

namespace kontor::app {

struct LogFileOptions {
  std::filesystem::path path = {};  // empty: everything goes to the fallback
  std::int64_t max_bytes = 0;       // 0: any size
  std::int64_t max_age_ms = 0;      // 0: any age
  std::size_t keep = 10;            // old files; the oldest go first
};

// Thread-safe. A line that the file does not take goes to the fallback, which is told once why, and
// once when the file takes lines again.
class LogFile final : public LogSink {
 public:
  // Both must outlive it.
  LogFile(const Clock& clock, LogFileOptions options, LogSink& fallback);

  void write(std::string_view line) override;
  // Opens the path anew: after something else (logrotate) has moved the file away.
  void reopen();
  // Lines that the file did not take.
  std::int64_t refused_lines() const { return refused_lines_; }

 private:
  // All with the mutex held.
  bool open();
  bool is_due(std::size_t more) const;
  void rotate();
  bool write_all(std::string_view line);
  void report(int error);

  const Clock& clock_;
  const LogFileOptions options_;
  LogSink& fallback_;
  LogArchive archive_;
  std::mutex mutex_;
  UniqueFd file_;
  std::int64_t bytes_ = 0;
  std::int64_t begun_ms_ = 0;
  std::int64_t next_try_ms_ = 0;  // monotonic; of opening a file that could not be
  bool is_broken_ = false;
  std::atomic<std::int64_t> refused_lines_ = 0;
};

}  // namespace kontor::app
