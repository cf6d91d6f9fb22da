// Signals as events that one thread waits for; nothing runs inside a signal handler.
#pragma once

namespace kontor::app {

// SIGTERM, SIGINT and SIGHUP are blocked from its making on, also in threads that start later, and
// come out of wait(). Make it before any thread. The mask is put back at its end.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // Blocks until a signal came (its number) or wake() was called (0).
  int wait();
  // Thread-safe; never blocks.
  void wake();

 private:
  int signals_;
  int wakes_;
};

}  // namespace kontor::app
