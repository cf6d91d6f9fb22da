#include "operations/interrupt.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include "exit_code.h"

namespace kontor::app {

Interrupt::Interrupt(std::function<void()> on_first)
    : on_first_(std::move(on_first)), thread_([this] { watch(); }) {}

Interrupt::~Interrupt() {
  ending_ = true;
  signals_.wake();
  thread_.join();
}

void Interrupt::watch() {
  while (!ending_) {
    const int sign = signals_.wait();
    if (sign != SIGINT && sign != SIGTERM) continue;
    if (came_.exchange(true)) std::_Exit(k_exit_interrupted);
    if (on_first_) on_first_();
  }
}

}  // namespace kontor::app
