#include "base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace kontor {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::int64_t k_tick_ms = 500;
constexpr int k_signalled = 128;

}  // namespace

std::optional<ChildPipe> ChildPipe::make() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return ChildPipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

ChildProcess::ChildProcess(pid_t child, UniqueFd out, UniqueFd told, ChildRules rules)
    : child_(child),
      rules_(std::move(rules)),
      deadline_(Steady::now() + std::chrono::milliseconds(rules_.timeout_ms)),
      process_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))) {
  outputs_[0].from = std::move(out);
  outputs_[1].from = std::move(told);
}

ChildProcess::~ChildProcess() {
  if (child_ > 0) stop();
}

ChildStop ChildProcess::wait() {
  while (true) {
    std::array<pollfd, 3> waits = {{{process_.get(), POLLIN, 0},
                                    {outputs_[0].from.get(), POLLIN, 0},
                                    {outputs_[1].from.get(), POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Steady::now());
    ::poll(waits.data(), waits.size(),
           static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, k_tick_ms)));
    const bool over = has_ended();
    bool is_too_loud = false;
    for (Output& output : outputs_) {
      listen(output);
      is_too_loud = is_too_loud || output.text.size() > rules_.most_bytes;
    }
    if (over) return is_too_loud ? ChildStop::too_loud : ChildStop::ended;
    const bool is_cancelled = rules_.is_cancelled && rules_.is_cancelled();
    if (!is_too_loud && !is_cancelled && Steady::now() < deadline_) continue;
    stop();
    if (is_too_loud) return ChildStop::too_loud;
    return is_cancelled ? ChildStop::cancelled : ChildStop::timed_out;
  }
}

int ChildProcess::exit() const {
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : k_signalled + signal();
}

int ChildProcess::signal() const { return WIFSIGNALED(status_) ? WTERMSIG(status_) : 0; }

void ChildProcess::listen(Output& output) const {
  std::array<char, 4096> bytes{};
  while (output.from) {
    const ssize_t got = ::read(output.from.get(), bytes.data(), bytes.size());
    if (got < 0) return;
    if (got == 0) return output.from.reset();
    output.text.append(bytes.data(), static_cast<std::size_t>(got));
    if (output.text.size() <= rules_.most_bytes) continue;
    if (!rules_.keeps_end) return;
    output.text.erase(0, output.text.size() - rules_.most_bytes);
  }
}

bool ChildProcess::has_ended() {
  if (::waitpid(child_, &status_, WNOHANG) != child_) return false;
  if (rules_.ends_group) ::kill(-child_, SIGKILL);
  child_ = 0;
  return true;
}

void ChildProcess::stop() {
  if (rules_.grace_ms > 0) {
    ::kill(-child_, SIGTERM);
    pollfd process{process_.get(), POLLIN, 0};
    ::poll(&process, 1, static_cast<int>(rules_.grace_ms));
  }
  ::kill(-child_, SIGKILL);
  ::kill(child_, SIGKILL);  // before it had a group of its own
  while (::waitpid(child_, &status_, 0) < 0 && errno == EINTR) {
  }
  child_ = 0;
  for (Output& output : outputs_) listen(output);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string on_one_line(std::string_view told) {
  std::string text;
  for (const char c : told) {
    const bool is_blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!is_blank) text.push_back(c);
    else if (!text.empty() && text.back() != ' ') text.push_back(' ');
  }
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace kontor
