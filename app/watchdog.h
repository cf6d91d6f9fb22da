// Tells systemd that the server is alive, as long as it is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/config.h"

namespace kontor::app {

// What a part of the server has to do, and how much it has done so far.
struct Progress {
  bool waits = false;  // something waits for it
  std::uint64_t done = 0;
};

// Owns a thread, which asks the server over a real connection (reactor and its answers), looks at
// whether those who have work get on with it (workers, writer), and sends WATCHDOG=1 only if all is
// well: a server that hangs is started anew by systemd when WatchdogSec has passed.
class Watchdog {
 public:
  struct Probes {
    std::string url;   // of the server; see local_request.h
    std::string host;  // a name that it answers to
    std::vector<std::function<Progress()>> parts;
  };

  // WATCHDOG_USEC, if it is meant for this process; nullopt: nobody watches.
  static std::optional<std::chrono::microseconds> interval(const Environment& environment);

  // Both must outlive it. Pings three times in an interval.
  Watchdog(const Environment& environment, std::chrono::microseconds interval, Probes probes);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void run();
  bool is_well();
  bool gets_on(std::size_t part);

  const Environment& environment_;
  const std::chrono::milliseconds period_;
  const Probes probes_;
  std::vector<Progress> seen_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;  // guarded
  std::thread thread_;
};

}  // namespace kontor::app
