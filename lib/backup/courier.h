// The thread that brings something to one target, so that one that hangs holds up no other.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace kontor::backup {

// Looks again and again whether something is waiting; what failed waits for its next try.
class Courier {
 public:
  // One look, on the thread; is to end soon once it is cancelled.
  using Round = std::function<void(const std::function<bool()>& is_cancelled)>;

  // The first round begins at once, each other one `pause` after the one before it ended.
  Courier(std::chrono::milliseconds pause, Round round);
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  // Cancels a round that is under way.
  ~Courier();

  // Looks now.
  void look();

 private:
  void work();

  const std::chrono::milliseconds pause_;
  const Round round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool looking_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kontor::backup
