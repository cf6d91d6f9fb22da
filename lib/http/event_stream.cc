#include "http/event_stream.h"

#include <utility>

#include "base/limits.h"

namespace kontor::http {

EventStream::EventStream(std::shared_ptr<Inbox> inbox, Connection* connection)
    : inbox_(std::move(inbox)), connection_(connection) {}

bool EventStream::send(std::string_view bytes) {
  bool accepted = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || ended_ || too_slow_) return false;
    too_slow_ = backlog_.size() + bytes.size() > limits::stream_backlog_bytes;
    accepted = !too_slow_;
    if (accepted) backlog_.append(bytes);
    // While a write is stuck the reactor leaves the backlog alone; that it is full is news again.
    if (std::exchange(announced_, true) && accepted) return true;
  }
  inbox_->announce(shared_from_this());
  return accepted;
}

void EventStream::end() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || std::exchange(ended_, true)) return;
  }
  inbox_->announce(shared_from_this());
}

std::string EventStream::take() {
  const std::lock_guard lock(mutex_);
  announced_ = false;
  return std::exchange(backlog_, {});
}

bool EventStream::too_slow() const {
  const std::lock_guard lock(mutex_);
  return too_slow_;
}

bool EventStream::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void EventStream::close() {
  connection_ = nullptr;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  backlog_ = {};
}

}  // namespace kontor::http
