// When the nightly backup is due, and the thread that waits for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/time_zone.h"

namespace kontor::backup {

// A data directory without any backup gets its first one so long after the server's start: a demo
// or a test is over by then, and a machine that is on by day only gets one at all.
inline constexpr std::int64_t k_first_backup_ms = 60LL * 60 * 1000;

struct Due {
  int minute = 0;               // of the day, on the wall
  std::int64_t started_ms = 0;  // of the server
  std::int64_t last_ms = 0;     // the last backup, or the last try; 0: never
};

// Was the last one before the latest moment at which the wall showed `due.minute`? So a night in
// which the machine was off is made up for when it is on again.
bool is_due(const Due& due, const TimeZone& zone, std::int64_t now_ms);

// Calls `run` whenever it is due, on a thread of its own, until it is destroyed.
class Schedule {
 public:
  struct Plan {
    Due due;
    // The zone of the wall; asked anew each time, as a firm can move.
    std::function<TimeZone()> zone;
    // `is_stopping` is to be asked by what takes long.
    std::function<void(const std::function<bool()>& is_stopping)> run;
  };

  // `clock` must outlive it. Its jumps are noticed within half a minute.
  Schedule(Plan plan, const Clock& clock);
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  ~Schedule();

  // Looks at the clock now instead of within half a minute.
  void look();

 private:
  void work();

  Plan plan_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool looking_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kontor::backup
