#include "control/control_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "control/control_address.h"
#include "control/frames.h"
#include "exit_code.h"

namespace kontor::app {
namespace {

// Out of descriptors, accept fails at once again and again; the connection stays in the kernel.
constexpr int k_pause_ms = 100;

Error too_many() {
  return {.code = Code::busy,
          .message = "The server runs as many operations as it may.",
          .kind = "too_many_operations",
          .hint = "run it again when one of them is done"};
}

Error not_allowed() {
  return {.code = Code::forbidden,
          .message = "The server takes operations only from its own user and from root.",
          .kind = "wrong_user",
          .hint = "run it as the server's user"};
}

Error unknown_operation(const std::string& name) {
  return {.code = Code::unsupported,
          .message = "The server that runs does not know " + name + ".",
          .kind = "other_version",
          .hint = "restart the server, so that it is of the same version as this program"};
}

Error bad_request() {
  return {.code = Code::malformed,
          .message = "The request did not come whole, or is too large.",
          .kind = "bad_frame",
          .hint = "run it again"};
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(const OperationContext& context,
                                                           const Logger& log) {
  UniqueFd socket = TRY(listen_for_control(context.data_dir.path()));
  return std::make_unique<ControlServer>(std::move(socket), context, log);
}

ControlServer::ControlServer(UniqueFd socket, const OperationContext& context, const Logger& log)
    : context_(context),
      log_(log),
      path_(context.data_dir.path() / k_control_socket),
      socket_(std::move(socket)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      acceptor_([this] { accept_all(); }) {
  CHECK(wake_);
}

ControlServer::~ControlServer() { drain(std::chrono::milliseconds(0)); }

void ControlServer::stop_accepting() {
  if (!acceptor_.joinable()) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);  // first, so that whoever comes finds nobody
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  acceptor_.join();
  socket_.reset();
}

void ControlServer::drain(std::chrono::milliseconds patience) {
  stop_accepting();
  const auto all_done = [this] { return std::ranges::all_of(sessions_, &Session::done); };
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, all_done);
    cancelled_ = true;
    changed_.wait(lock, all_done);
  }
  join_finished();
}

void ControlServer::accept_all() {
  while (true) {
    std::array<pollfd, 2> watched = {{{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), -1);
    if (watched[1].revents != 0) return;
    UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    join_finished();
    if (connection) {
      take(std::move(connection));
    } else {
      ::poll(&watched[1], 1, k_pause_ms);
    }
  }
}

void ControlServer::take(UniqueFd connection) {
  ControlChannel channel(std::move(connection), limits::control_patience_ms, false);
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= limits::control_sessions) {
    channel.send(error_frame(too_many()));
    return;
  }
  Session& session = sessions_.emplace_back();
  try {
    session.thread = std::thread([this, &session, own = std::move(channel)]() mutable {
      serve(own);
      const std::lock_guard done(mutex_);
      session.done = true;
      changed_.notify_all();
    });
  } catch (const std::system_error& failure) {
    log_.error("no thread for an operation", {{"err", failure.what()}});
    sessions_.pop_back();
  }
}

void ControlServer::join_finished() {
  std::list<Session> finished;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = sessions_.begin(); at != sessions_.end();) {
      const auto next = std::next(at);
      if (at->done) finished.splice(finished.end(), sessions_, at);
      at = next;
    }
  }
  for (Session& session : finished) session.thread.join();
}

void ControlServer::serve(ControlChannel& channel) {
  const auto user = channel.peer_user();
  const bool allowed = user && (*user == ::geteuid() || *user == 0);
  const auto result = allowed ? run(channel) : Result<std::string>(not_allowed());
  channel.send(result.ok() ? result_frame(*result) : error_frame(result.error()));
}

Result<std::string> ControlServer::run(ControlChannel& channel) {
  const auto frame = channel.receive(limits::control_request_bytes);
  if (!frame) return bad_request();
  ControlRequest request = TRY(parse_request(*frame));
  const Operation* operation = find_operation(request.operation);
  if (operation == nullptr) return unknown_operation(request.operation);
  OperationCall call{
      .arguments = std::move(request.arguments),
      .files = channel.take_descriptors(),
      .progress = [&channel](std::string_view json) { channel.send(progress_frame(json)); },
      .is_cancelled = [this, &channel] { return cancelled_ || channel.is_gone(); }};
  if (call.files.size() != request.files) return bad_request();
  return run_operation(*operation, call);
}

Result<std::string> ControlServer::run_operation(const Operation& operation,
                                                 OperationCall& call) const {
  const std::int64_t start_ms = context_.clock.monotonic_ms();
  log_.debug("operation started", {{"name", operation.name}});
  auto result = [&]() -> Result<std::string> {
    try {
      return operation.run(context_, call);
    } catch (const std::exception& thrown) {
      return Error{.message = std::string("Unexpected failure: ") + thrown.what() + "."};
    }
  }();
  const std::string_view outcome = result.ok() ? "done" : code_name(result.error().code);
  log_.info("operation", {{"name", operation.name},
                          {"outcome", outcome},
                          {"duration_ms", context_.clock.monotonic_ms() - start_ms}});
  return result;
}

}  // namespace kontor::app
