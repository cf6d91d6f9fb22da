#include "backup/courier.h"

#include <utility>

namespace kontor::backup {

Courier::Courier(std::chrono::milliseconds pause, Round round)
    : pause_(pause), round_(std::move(round)) {
  thread_ = std::thread([this] { work(); });
}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Courier::look() {
  const std::lock_guard lock(mutex_);
  looking_ = true;
  changed_.notify_all();
}

void Courier::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    round_([this] { return stopping_.load(); });
    lock.lock();
    changed_.wait_for(lock, pause_, [this] { return stopping_ || looking_; });
    looking_ = false;
  }
}

}  // namespace kontor::backup
