// Old log files: compressed in the background, and only so many of them kept.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <thread>

namespace kontor::app {

// Owns a thread, which begins with what an earlier run left uncompressed. What fails (a full disk)
// is left as it is and tried again with the next file.
class LogArchive {
 public:
  // Old files stand beside `current` under its name, a point and the moment of the rotation. An
  // empty path: nothing to do, no thread.
  LogArchive(const std::filesystem::path& current, std::size_t keep);
  ~LogArchive();
  LogArchive(const LogArchive&) = delete;
  LogArchive& operator=(const LogArchive&) = delete;

  // "kontor.log.20261121T093800.123Z", unique among those that are there.
  std::filesystem::path name_for(std::int64_t now_ms) const;
  // There is a new old file. Any thread; does not wait.
  void add(const std::filesystem::path& old);

 private:
  void run();
  void tidy();
  bool compress(const std::filesystem::path& old) const;

  const std::filesystem::path current_;
  const std::size_t keep_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_work_ = true;  // guarded
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace kontor::app
