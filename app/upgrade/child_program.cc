#include "upgrade/child_program.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/child_process.h"
#include "base/json.h"
#include "base/utf8.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_most_bytes = 1024 * 1024;
constexpr std::size_t k_told_bytes = 600;
constexpr int k_not_started = 127;

Error child_error(const ChildCall& call, const std::string& what) {
  const std::string name = call.arguments.empty() ? "The step" : call.arguments.front();
  return {.code = Code::unavailable, .message = name + " " + what + ".", .kind = "program_failed"};
}

Error not_started(const ChildCall& call) {
  return child_error(call, std::string("cannot be started: ") + std::strerror(errno));
}

std::vector<std::string> environment_texts(const ChildCall& call) {
  std::vector<std::string> texts;
  if (call.environment == nullptr) return texts;
  for (const auto& [name, value] : *call.environment) {
    std::string text = name;
    texts.push_back(text.append("=").append(value));
  }
  return texts;
}

// The order matters: who has given up the user may no longer change the groups.
bool become(const ChildOwner& owner) {
  return ::setgroups(0, nullptr) == 0 && ::setgid(owner.group) == 0 && ::setuid(owner.user) == 0;
}

void reset_signals() {
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What the child finds when it begins.
struct ChildPlace {
  int out, err;
  const std::vector<char*>&argv, &envp;
  bool keeps_running;
};

// In the child.
[[noreturn]] void enter(const ChildCall& call, const ChildPlace& place, int input) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(place.out, STDOUT_FILENO);
  ::dup2(place.err, STDERR_FILENO);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  place.keeps_running ? ::setsid() : ::setpgid(0, 0);
  reset_signals();
  if (call.owner && !become(*call.owner)) ::_exit(k_not_started);
  // A step must not go on when the one who would look at its result is gone.
  if (!place.keeps_running) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (call.work) ::_exit(call.work());
  ::execvpe(place.argv.front(), place.argv.data(), place.envp.data());
  ::_exit(k_not_started);
}

Result<pid_t> start(const ChildCall& call, const ChildPipe& out, const ChildPipe& err) {
  const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  UniqueFd log;
  if (!call.log.empty()) {
    log.reset(
        ::open(call.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!log) return child_error(call, "cannot write " + call.log.string());
  }
  std::vector<std::string> words = call.arguments, settings = environment_texts(call);
  const std::vector<char*> argv = pointers_to(words), envp = pointers_to(settings);
  const ChildPlace place{.out = log ? log.get() : out.write.get(),
                         .err = log ? log.get() : err.write.get(),
                         .argv = argv,
                         .envp = envp,
                         .keeps_running = !call.log.empty()};
  const pid_t child = ::fork();
  if (child == 0) enter(call, place, nothing.get());
  if (child < 0) return not_started(call);
  return child;
}

// The last line of errors with --json says it in a member of its own.
std::string message_in(std::string_view told) {
  while (told.ends_with('\n')) told.remove_suffix(1);
  const std::size_t line = told.rfind('\n');
  const auto json = parse_json(line == std::string_view::npos ? told : told.substr(line + 1));
  if (!json.ok()) return {};
  const Json* error = json->find("error");
  const Json* message = error == nullptr ? nullptr : error->find("message");
  return message != nullptr && message->string() != nullptr ? *message->string() : std::string();
}

}  // namespace

std::string ChildEnd::complaint() const {
  const std::string message = message_in(told);
  std::string text = on_one_line(message.empty() ? told : message);
  if (text.size() > k_told_bytes) text.resize(k_told_bytes);
  text.resize(utf8_valid_prefix(text));
  return text.empty() ? "exit " + std::to_string(exit) : text;
}

Result<ChildEnd> run_child(const ChildCall& call) {
  auto out = ChildPipe::make(), err = ChildPipe::make();
  if (!out || !err) return not_started(call);
  const pid_t child = TRY(start(call, *out, *err));
  out->write.reset();
  err->write.reset();
  ChildProcess process(
      child, std::move(out->read), std::move(err->read),
      {.timeout_ms = call.timeout_ms, .most_bytes = k_most_bytes, .ends_group = call.log.empty()});
  switch (process.wait()) {
    case ChildStop::too_loud: return child_error(call, "prints more than it may");
    case ChildStop::timed_out:
      return child_error(call,
                         "did not end within " + std::to_string(call.timeout_ms / 1000) + " s");
    default: break;
  }
  return ChildEnd{.exit = process.exit(), .out = process.out(), .told = process.told()};
}

}  // namespace kontor::app
