// What other threads have for the reactor: finished requests, and streams with news.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/unique_fd.h"

namespace kontor::http {

struct Connection;
class EventStream;

// Thread-safe. Event streams share it, because their holders may outlive the server.
class Inbox {
 public:
  Inbox();

  // The worker's hand-over: after this call the connection is the reactor's again.
  // `may_wait`: the reactor need not wake for it, unless something has arrived for the connection.
  void put_back(Connection* connection, bool may_wait = false);
  void announce(std::shared_ptr<EventStream> stream);
  void wake();

  struct Mail {
    std::vector<Connection*> done;
    std::vector<std::shared_ptr<EventStream>> streams;
  };
  // Reactor only: takes everything; the next piece of mail makes the descriptor signal again.
  Mail collect();
  // Signals new mail. Watch it edge-triggered: it is written at every first piece and never read.
  // -1 if the kernel had no descriptor left.
  int fd() const { return event_.get(); }

 private:
  void wake_once(std::unique_lock<std::mutex>& lock);

  UniqueFd event_;
  std::mutex mutex_;
  bool awake_ = false;  // signalled since the last collect()
  Mail mail_;
};

}  // namespace kontor::http
