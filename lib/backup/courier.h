// The thread that brings backups to one target, so that one that hangs holds up no other.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "backup/delivery.h"
#include "base/clock.h"

namespace kontor::backup {

// Looks twice a minute whether something is waiting; what failed waits for its next try.
class Courier {
 public:
  // What a round came to, if it copied something or failed; called on the thread.
  using Tell = std::function<void(const Result<Delivered>&)>;

  // `clock` must outlive it. `wish.is_cancelled` is its own.
  Courier(DeliveryWish wish, Tell tell, const Clock& clock);
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  // Cancels a copy that is under way.
  ~Courier();

  // Looks now.
  void look();

 private:
  void work();
  void round();

  DeliveryWish wish_;
  Tell tell_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool looking_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kontor::backup
