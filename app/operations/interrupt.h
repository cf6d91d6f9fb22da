// Ctrl-C for a command that works by itself or waits for the server.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "signal_watch.h"

namespace kontor::app {

// From its making on the first SIGINT or SIGTERM calls `on_first` and sets came(); the second ends
// the process at once, with 130. Make it before any other thread. Owns a thread.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> on_first = {});
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  bool came() const { return came_; }

 private:
  void watch();

  SignalWatch signals_;
  std::function<void()> on_first_;
  std::atomic<bool> came_ = false, ending_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kontor::app
