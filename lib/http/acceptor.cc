#include "http/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

namespace kontor::http {
namespace {

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

void send_at_once(const Acceptor::Accepted& accepted) {
  if (accepted.peer.family() == AF_UNIX) return;
  const int one = 1;
  setsockopt(accepted.fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

}  // namespace

Acceptor::Acceptor(std::vector<Listener> listeners) : listeners_(std::move(listeners)) {
  restore_spare();
}

void Acceptor::restore_spare() {
  if (!spare_) spare_.reset(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

Acceptor::Outcome Acceptor::accept(const Listener& listener, Accepted& accepted) {
  bool on_spare = false;
  for (;;) {
    accepted.peer = {};
    accepted.fd.reset(accept4(listener.fd(), accepted.peer.data(), &accepted.peer.size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted.fd) {
      send_at_once(accepted);
      return on_spare ? Outcome::last_one : Outcome::accepted;
    }
    if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
    if (!is_exhausted(errno)) {
      // Linux wants a free descriptor before it looks whether anybody waits, so the spare may have
      // been given up for nobody.
      restore_spare();
      return Outcome::none;
    }
    if (!spare_) return Outcome::exhausted;
    spare_.reset();
    on_spare = true;
  }
}

const Listener* Acceptor::find(const void* pointer) const {
  for (const auto& listener : listeners_) {
    if (&listener == pointer) return &listener;
  }
  return nullptr;
}

}  // namespace kontor::http
