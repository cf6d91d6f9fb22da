#include "backup/target_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>

#include "backup/durable_file.h"
#include "base/check.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace kontor::backup {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int k_tick_ms = 500;
constexpr std::chrono::milliseconds k_grace{2'000};  // between SIGTERM and SIGKILL
constexpr std::size_t k_told_bytes = 500;

class Actions {
 public:
  Actions(int input, int complaints) {
    CHECK(::posix_spawn_file_actions_init(&actions_) == 0);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, complaints, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// A group of its own, so that all that it starts can be ended; signals as a program expects them.
class Attributes {
 public:
  Attributes() {
    CHECK(::posix_spawnattr_init(&attributes_) == 0);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_of(const CommandCall& call) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(call.file, failure);
  std::vector<std::string> environment = call.environment;
  environment.push_back("KONTOR_BACKUP_NAME=" + call.file.filename().string());
  environment.push_back("KONTOR_BACKUP_BYTES=" + std::to_string(failure ? 0 : bytes));
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string outcome_text(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with " + std::to_string(WEXITSTATUS(status));
}

class Running {
 public:
  explicit Running(const CommandCall& call)
      : call_(call), deadline_(Steady::now() + std::chrono::milliseconds(call.timeout_ms)) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (child_ > 0) end();
  }

  Result<void> start() {
    const UniqueFd input(::open(call_.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.get() < 0) return file_error(call_.file, "cannot be read");
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return file_error(call_.file, "cannot be handed on");
    complaints_.reset(ends[0]);
    const UniqueFd theirs(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return spawn(input.get(), theirs.get());
  }

  Result<void> wait() {
    while (true) {
      std::array<pollfd, 2> waits = {{{process_.get(), POLLIN, 0}, {complaints_.get(), POLLIN, 0}}};
      ::poll(waits.data(), waits.size(), k_tick_ms);
      listen();
      if (const auto status = ended()) return verdict(*status);
      if (call_.is_cancelled && call_.is_cancelled()) {
        end();
        return Error{.code = Code::unavailable,
                     .message = "The copy was interrupted.",
                     .kind = "interrupted"};
      }
      if (Steady::now() < deadline_) continue;
      end();
      return failure("did not end within " + std::to_string(call_.timeout_ms / 1000) + " s");
    }
  }

 private:
  Result<void> spawn(int input, int complaints) {
    const Actions actions(input, complaints);
    const Attributes attributes;
    std::vector<std::string> words = {"sh", "-c", call_.command};
    std::vector<std::string> settings = environment_of(call_);
    const int failed = ::posix_spawn(&child_, "/bin/sh", actions.get(), attributes.get(),
                                     pointers_to(words).data(), pointers_to(settings).data());
    if (failed != 0) {
      child_ = 0;
      return failure(std::string("cannot be started: ") + std::strerror(failed));
    }
    process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    return {};
  }

  // The end of what it says: there the reason stands.
  void listen() {
    std::array<char, 4096> bytes{};
    while (complaints_.get() >= 0) {
      const ssize_t got = ::read(complaints_.get(), bytes.data(), bytes.size());
      if (got < 0) return;
      if (got == 0) return complaints_.reset();
      told_.append(bytes.data(), static_cast<std::size_t>(got));
      if (told_.size() > 2 * k_told_bytes) told_.erase(0, told_.size() - 2 * k_told_bytes);
    }
  }

  std::optional<int> ended() {
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) != child_) return std::nullopt;
    ::kill(-child_, SIGKILL);  // what it left running
    child_ = 0;
    listen();
    return status;
  }

  Result<void> verdict(int status) const {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return failure(outcome_text(status));
  }

  void end() {
    ::kill(-child_, SIGTERM);
    pollfd process{process_.get(), POLLIN, 0};
    ::poll(&process, 1, static_cast<int>(k_grace.count()));
    ::kill(-child_, SIGKILL);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = 0;
    listen();
  }

  Error failure(const std::string& what) const {
    std::string told = shown_complaint();
    if (!told.empty()) told = ": " + told;
    return {.code = Code::unavailable,
            .message = "The program that takes the backup away " + what + told + ".",
            .kind = "target_command_failed",
            .hint =
                "run it by hand, with the backup on its standard input and its name in "
                "KONTOR_BACKUP_NAME"};
  }

  // On one line, of characters that can be shown.
  std::string shown_complaint() const {
    std::string text;
    for (const char c : told_) {
      const bool is_blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
      if (!is_blank) text.push_back(c);
      else if (!text.empty() && text.back() != ' ') text.push_back(' ');
    }
    while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
    if (text.size() > k_told_bytes) text.erase(0, text.size() - k_told_bytes);
    const auto is_middle = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    text.erase(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_middle) -
                                           text.begin()));
    text.resize(utf8_valid_prefix(text));
    return text;
  }

  const CommandCall& call_;
  Steady::time_point deadline_;
  pid_t child_ = 0;
  UniqueFd process_, complaints_;
  std::string told_;
};

}  // namespace

Result<void> hand_to_command(const CommandCall& call) {
  Running running(call);
  TRY(running.start());
  return running.wait();
}

}  // namespace kontor::backup
