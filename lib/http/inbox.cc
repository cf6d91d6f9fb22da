#include "http/inbox.h"

#include <sys/eventfd.h>

#include <utility>

#include "http/connection.h"
#include "http/event_stream.h"

namespace kontor::http {

Inbox::Inbox() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

// The reactor sets `wanted_back` before it collects its mail: it finds the connection there, or
// this thread, which comes later into the mutex, sees the flag.
void Inbox::put_back(Connection* connection, bool may_wait) {
  std::unique_lock lock(mutex_);
  const bool wake = !may_wait || connection->wanted_back.load(std::memory_order_relaxed);
  mail_.done.push_back(connection);
  if (wake) wake_once(lock);
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
