#include "upgrade/child_program.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "base/json.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace kontor::app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t k_most_bytes = 1024 * 1024;
constexpr std::size_t k_told_bytes = 600;
constexpr int k_not_started = 127;

Error child_error(const ChildCall& call, const std::string& what) {
  const std::string name = call.arguments.empty() ? "The step" : call.arguments.front();
  return {.code = Code::unavailable, .message = name + " " + what + ".", .kind = "program_failed"};
}

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe(const ChildCall& call) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return child_error(call, std::string("cannot be started: ") + std::strerror(errno));
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
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

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
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

class Running {
 public:
  explicit Running(const ChildCall& call)
      : call_(call), deadline_(Steady::now() + std::chrono::milliseconds(call.timeout_ms)) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (child_ > 0) end();
  }

  Result<void> start() {
    Pipe out = TRY(make_pipe(call_));
    Pipe err = TRY(make_pipe(call_));
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    UniqueFd log;
    if (keeps_running()) {
      log.reset(
          ::open(call_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
      if (!log) return child_error(call_, "cannot write " + call_.log.string());
    }
    std::vector<std::string> words = call_.arguments, settings = environment_texts(call_);
    const std::vector<char*> argv = pointers_to(words), envp = pointers_to(settings);
    child_ = ::fork();
    if (child_ == 0) {
      const int to_out = log ? log.get() : out.write.get();
      enter(nothing.get(), to_out, log ? log.get() : err.write.get(), argv, envp);
    }
    if (child_ < 0) return child_error(call_, "cannot be started");
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    return {};
  }

  Result<ChildEnd> wait() {
    while (true) {
      std::array<pollfd, 3> waits = {
          {{process_.get(), POLLIN, 0}, {out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Steady::now());
      ::poll(waits.data(), waits.size(), static_cast<int>(std::max<std::int64_t>(0, left.count())));
      const bool over = has_ended();
      listen(out_, ended_.out);
      listen(err_, ended_.told);
      if (over) return ended_;
      if (ended_.out.size() + ended_.told.size() > k_most_bytes) {
        return child_error(call_, "prints more than it may");
      }
      if (Steady::now() >= deadline_) {
        return child_error(call_,
                           "did not end within " + std::to_string(call_.timeout_ms / 1000) + " s");
      }
    }
  }

 private:
  bool keeps_running() const { return !call_.log.empty(); }

  // In the child.
  [[noreturn]] void enter(int input, int out, int err, const std::vector<char*>& argv,
                          const std::vector<char*>& envp) const {
    ::dup2(input, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    keeps_running() ? ::setsid() : ::setpgid(0, 0);
    reset_signals();
    if (call_.owner && !become(*call_.owner)) ::_exit(k_not_started);
    // A step must not go on when the one who would look at its result is gone.
    if (!keeps_running()) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (call_.work) ::_exit(call_.work());
    ::execvpe(argv.front(), argv.data(), envp.data());
    ::_exit(k_not_started);
  }

  static void listen(UniqueFd& from, std::string& text) {
    std::array<char, 4096> bytes{};
    while (from) {
      const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
      if (got < 0) return;
      if (got == 0) return from.reset();
      text.append(bytes.data(), static_cast<std::size_t>(got));
      if (text.size() > k_most_bytes) return;
    }
  }

  bool has_ended() {
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) != child_) return false;
    if (!keeps_running()) ::kill(-child_, SIGKILL);  // what it left running
    child_ = 0;
    ended_.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }

  void end() {
    ::kill(-child_, SIGKILL);
    ::kill(child_, SIGKILL);  // before it had a group of its own
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = 0;
  }

  const ChildCall& call_;
  Steady::time_point deadline_;
  pid_t child_ = 0;
  UniqueFd process_, out_, err_;
  ChildEnd ended_;
};

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
  std::string text;
  const std::string message = message_in(told);
  for (const char c : message.empty() ? told : message) {
    const bool is_blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!is_blank) text.push_back(c);
    else if (!text.empty() && text.back() != ' ') text.push_back(' ');
  }
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  if (text.size() > k_told_bytes) text.resize(k_told_bytes);
  text.resize(utf8_valid_prefix(text));
  return text.empty() ? "exit " + std::to_string(exit) : text;
}

Result<ChildEnd> run_child(const ChildCall& call) {
  Running running(call);
  TRY(running.start());
  return running.wait();
}

}  // namespace kontor::app
