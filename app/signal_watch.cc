#include "signal_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>

#include "base/check.h"

namespace kontor::app {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int sign : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, sign);
  return set;
}

}  // namespace

SignalWatch::SignalWatch() {
  const sigset_t set = watched_signals();
  CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  wakes_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CHECK(signals_ >= 0 && wakes_ >= 0);
}

SignalWatch::~SignalWatch() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::close(signals_);
  ::close(wakes_);
}

int SignalWatch::wait() {
  while (true) {
    std::array<pollfd, 2> watched = {{{signals_, POLLIN, 0}, {wakes_, POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), -1);
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) == sizeof info)
      return static_cast<int>(info.ssi_signo);
    std::uint64_t count = 0;
    if (::read(wakes_, &count, sizeof count) == sizeof count) return 0;
  }
}

void SignalWatch::wake() {
  const std::uint64_t one = 1;
  // Fails only if wakes are pending already.
  [[maybe_unused]] const ssize_t written = ::write(wakes_, &one, sizeof one);
}

}  // namespace kontor::app
