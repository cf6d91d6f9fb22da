// A child process while it runs: what it says and how long it takes are bounded, and nothing of it
// is left. Who starts it (fork or posix_spawn) hands it over here.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace kontor {

// Both ends close on exec; reading does not block.
struct ChildPipe {
  UniqueFd read, write;
  static std::optional<ChildPipe> make();  // errno says why there is none
};

enum class ChildStop { ended, timed_out, cancelled, too_loud };

struct ChildRules {
  std::int64_t timeout_ms = 0;
  // Between SIGTERM and SIGKILL, when it is stopped; 0: SIGKILL at once.
  std::int64_t grace_ms = 0;
  std::size_t most_bytes = 0;               // of what is kept of each output
  bool keeps_end = false;                   // of longer ones the end, else they are too loud
  bool ends_group = true;                   // what it leaves running goes with it
  std::function<bool()> is_cancelled = {};  // asked twice a second
};

// One thread.
class ChildProcess {
 public:
  // `child` leads, or is about to lead, a process group of its own. Empty ends are not listened to.
  ChildProcess(pid_t child, UniqueFd out, UniqueFd told, ChildRules rules);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  // Once. Whatever it says: the child is gone then, and so is its group.
  ChildStop wait();

  // Of a child that ended: its exit code, or 128 and the signal's number, as a shell says it.
  int exit() const;
  // The signal that ended it; 0: none did.
  int signal() const;
  const std::string& out() const { return outputs_[0].text; }
  const std::string& told() const { return outputs_[1].text; }

 private:
  struct Output {
    UniqueFd from;
    std::string text;
  };
  void listen(Output& output) const;
  bool has_ended();
  void stop();

  pid_t child_;
  ChildRules rules_;
  std::chrono::steady_clock::time_point deadline_;
  UniqueFd process_;
  std::array<Output, 2> outputs_;
  int status_ = 0;
};

// What exec wants: of each text its beginning, and a null pointer.
std::vector<char*> pointers_to(std::vector<std::string>& texts);

// What a program complained about, on one line of characters that can be shown, without the stops
// at its end.
std::string on_one_line(std::string_view told);

}  // namespace kontor
