#include "backup/target_command.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "backup/durable_file.h"
#include "base/check.h"
#include "base/child_process.h"
#include "base/utf8.h"

namespace kontor::backup {
namespace {

constexpr std::int64_t k_grace_ms = 2'000;
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

// The end of it: there the reason stands.
std::string shown_complaint(std::string_view told) {
  std::string text = on_one_line(told);
  if (text.size() > k_told_bytes) text.erase(0, text.size() - k_told_bytes);
  const auto is_middle = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  text.erase(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_middle) -
                                         text.begin()));
  text.resize(utf8_valid_prefix(text));
  return text;
}

std::vector<std::string> environment_of(const CommandCall& call) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(call.file, failure);
  std::vector<std::string> environment = call.environment;
  environment.push_back("KONTOR_BACKUP_NAME=" + call.file.filename().string());
  environment.push_back("KONTOR_BACKUP_BYTES=" + std::to_string(failure ? 0 : bytes));
  return environment;
}

Error command_failure(const std::string& what, std::string_view said) {
  std::string told = shown_complaint(said);
  if (!told.empty()) told = ": " + told;
  return {.code = Code::unavailable,
          .message = "The program that takes the backup away " + what + told + ".",
          .kind = "target_command_failed",
          .hint =
              "run it by hand, with the backup on its standard input and its name in "
              "KONTOR_BACKUP_NAME"};
}

Result<pid_t> spawn(const CommandCall& call, int complaints) {
  const UniqueFd input(::open(call.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input) return file_error(call.file, "cannot be read");
  const Actions actions(input.get(), complaints);
  const Attributes attributes;
  std::vector<std::string> words = {"sh", "-c", call.command};
  std::vector<std::string> settings = environment_of(call);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, "/bin/sh", actions.get(), attributes.get(),
                                   pointers_to(words).data(), pointers_to(settings).data());
  if (failed == 0) return child;
  return command_failure(std::string("cannot be started: ") + std::strerror(failed), {});
}

Result<void> verdict(const ChildProcess& process) {
  if (process.exit() == 0) return {};
  return command_failure(process.signal() != 0
                             ? "was ended by signal " + std::to_string(process.signal())
                             : "ended with " + std::to_string(process.exit()),
                         process.told());
}

}  // namespace

Result<void> hand_to_command(const CommandCall& call) {
  auto complaints = ChildPipe::make();
  if (!complaints) return file_error(call.file, "cannot be handed on");
  const pid_t child = TRY(spawn(call, complaints->write.get()));
  complaints->write.reset();
  ChildProcess process(child, {}, std::move(complaints->read),
                       {.timeout_ms = call.timeout_ms,
                        .grace_ms = k_grace_ms,
                        .most_bytes = 2 * k_told_bytes,
                        .keeps_end = true,
                        .is_cancelled = call.is_cancelled});
  switch (process.wait()) {
    case ChildStop::cancelled:
      return Error{
          .code = Code::unavailable, .message = "The copy was interrupted.", .kind = "interrupted"};
    case ChildStop::timed_out:
      return command_failure("did not end within " + std::to_string(call.timeout_ms / 1000) + " s",
                             process.told());
    default: return verdict(process);
  }
}

}  // namespace kontor::backup
