// Takes connections off the listeners, also when the process has no file descriptor left.
#pragma once

#include <vector>

#include "base/unique_fd.h"
#include "http/listener.h"
#include "http/socket_address.h"

namespace kontor::http {

// Reactor only.
class Acceptor {
 public:
  explicit Acceptor(std::vector<Listener> listeners);

  enum class Outcome {
    accepted,
    none,       // nobody is waiting
    last_one,   // accepted on the spare descriptor: refuse it, drop it, and call restore_spare()
    exhausted,  // not even the spare one helps; pause this listener for a while
  };
  struct Accepted {
    UniqueFd fd;
    SocketAddress peer;
  };
  Outcome accept(const Listener& listener, Accepted& accepted);
  // Keeps one descriptor back. Without it a waiting client could be neither served nor refused, and
  // its readiness would keep the reactor spinning.
  void restore_spare();

  const std::vector<Listener>& listeners() const { return listeners_; }
  const Listener* find(const void* pointer) const;
  void close() { listeners_.clear(); }

 private:
  std::vector<Listener> listeners_;
  UniqueFd spare_;
};

}  // namespace kontor::http
