// One stream of server-sent events: what any thread sends, the reactor writes out.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/inbox.h"
#include "http/message.h"

namespace kontor::http {

// Thread-safe. The backlog is bounded: whoever reads too slowly is dropped, and comes back with
// Last-Event-ID.
class EventStream final : public EventSink, public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(std::shared_ptr<Inbox> inbox, Connection* connection);
  bool send(std::string_view bytes) override;
  void end() override;

  // Reactor only.
  Connection* connection() const { return connection_; }  // nullptr after close()
  std::string take();                                     // what was sent since the last call
  bool too_slow() const;
  bool ended() const;
  void close();

 private:
  std::shared_ptr<Inbox> inbox_;
  Connection* connection_;
  mutable std::mutex mutex_;
  std::string backlog_;
  bool announced_ = false;
  bool too_slow_ = false;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace kontor::http
