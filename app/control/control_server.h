// The server's end of the control socket: takes operations from this machine's commands.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "control/channel.h"
#include "operations/operation.h"

namespace kontor::app {

// Owns its threads: one that accepts, and one for each operation, at most limits::control_sessions.
class ControlServer {
 public:
  // Listens and starts. What `context` and `log` refer to must outlive it.
  static Result<std::unique_ptr<ControlServer>> open(const OperationContext& context,
                                                     const Logger& log);
  ControlServer(UniqueFd socket, const OperationContext& context, const Logger& log);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

  // Takes no more operations and removes the socket. Idempotent.
  void stop_accepting();
  // Lets those that run finish for so long, then cancels them and waits for their end.
  void drain(std::chrono::milliseconds patience);

 private:
  struct Session {
    std::thread thread;
    bool done = false;  // under mutex_
  };

  void accept_all();
  void take(UniqueFd connection);
  void join_finished();
  void serve(ControlChannel& channel);
  Result<std::string> run(ControlChannel& channel);
  Result<std::string> run_operation(const Operation& operation, OperationCall& call) const;

  const OperationContext context_;
  const Logger& log_;
  const std::filesystem::path path_;
  UniqueFd socket_, wake_;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Session> sessions_;  // under mutex_
  std::thread acceptor_;         // last: it uses what stands above
};

}  // namespace kontor::app
