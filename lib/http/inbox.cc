#include "http/inbox.h"

#include <sys/eventfd.h>

#include <utility>

#include "http/event_stream.h"

namespace kontor::http {

Inbox::Inbox() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Inbox::put_back(Connection* connection) {
  std::unique_lock lock(mutex_);
  mail_.done.push_back(connection);
  wake_once(lock);
}

void Inbox::announce(std::shared_ptr<EventStream> stream) {
  std::unique_lock lock(mutex_);
  mail_.streams.push_back(std::move(stream));
  wake_once(lock);
}

void Inbox::wake() {
  std::unique_lock lock(mutex_);
  wake_once(lock);
}

void Inbox::wake_once(std::unique_lock<std::mutex>& lock) {
  const bool first = !std::exchange(awake_, true);
  lock.unlock();
  if (first) eventfd_write(event_.get(), 1);
}

Inbox::Mail Inbox::collect() {
  const std::lock_guard lock(mutex_);
  awake_ = false;
  return std::exchange(mail_, {});
}

}  // namespace kontor::http
