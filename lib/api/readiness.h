// Whether the store really takes writes: a probe that writes, on a thread of its own, so that a
// disk that hangs holds up no worker.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "store/store.h"

namespace kontor::api {

class Readiness {
 public:
  Readiness(store::Store& store, const Clock& clock);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // true: a write was made durable within the last second or now does within `limit`. Callers
  // share a probe, so that many of them cause one write a second. Thread-safe.
  bool can_write(std::chrono::milliseconds limit);

 private:
  void run();
  bool probe();

  store::Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;  // guarded, as all below
  bool stop_ = false;
  std::int64_t finished_ = 0;            // number of probes that ended
  std::optional<std::int64_t> good_ms_;  // monotonic, of the last one that succeeded
  std::thread thread_;                   // last: everything it uses is there
};

}  // namespace kontor::api
