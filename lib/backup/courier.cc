#include "backup/courier.h"

#include <chrono>
#include <utility>

namespace kontor::backup {
namespace {

constexpr std::chrono::seconds k_patience{30};

}  // namespace

Courier::Courier(DeliveryWish wish, Tell tell, const Clock& clock)
    : wish_(std::move(wish)), tell_(std::move(tell)), clock_(clock) {
  wish_.is_cancelled = [this] { return stopping_.load(); };
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

// Code::busy: a command is at it.
void Courier::round() {
  const auto done = deliver(wish_, clock_);
  if (!done.ok() && done.error().code == Code::busy) return;
  const bool failed_now = done.ok() && !done->error.message.empty();
  if (!done.ok() || failed_now || !done->names.empty()) tell_(done);
}

void Courier::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    round();
    lock.lock();
    changed_.wait_for(lock, k_patience, [this] { return stopping_ || looking_; });
    looking_ = false;
  }
}

}  // namespace kontor::backup
