#include "base/child_process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <catch_amalgamated.hpp>
#include <csignal>

namespace kontor {
namespace {

constexpr std::int64_t k_long_ms = 60'000;

struct Said {
  ChildStop stop;
  int exit, signal;
  std::string out, told;
};

// A shell in a group of its own.
Said run(const std::string& script, ChildRules rules) {
  auto out = ChildPipe::make(), told = ChildPipe::make();
  REQUIRE((out && told));
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    ::dup2(out->write.get(), STDOUT_FILENO);
    ::dup2(told->write.get(), STDERR_FILENO);
    ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    ::_exit(127);
  }
  ::setpgid(child, child);
  out->write.reset();
  told->write.reset();
  ChildProcess process(child, std::move(out->read), std::move(told->read), std::move(rules));
  const ChildStop stop = process.wait();
  return {stop, process.exit(), process.signal(), process.out(), process.told()};
}

// Ended, whoever reaps it.
bool is_gone(const std::string& pid) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(pid), 0)));
  pollfd wait{process.get(), POLLIN, 0};
  return !process || ::poll(&wait, 1, 10'000) == 1;
}

TEST_CASE("What a child says on both outputs and how it ends is known") {
  const Said said =
      run("echo out; echo told >&2; exit 7", {.timeout_ms = k_long_ms, .most_bytes = 100});
  CHECK(said.stop == ChildStop::ended);
  CHECK(said.exit == 7);
  CHECK(said.signal == 0);
  CHECK(said.out == "out\n");
  CHECK(said.told == "told\n");
  const Said killed = run("kill -9 $$", {.timeout_ms = k_long_ms, .most_bytes = 100});
  CHECK(killed.signal == SIGKILL);
  CHECK(killed.exit == 128 + SIGKILL);
}

TEST_CASE("A child that says more than it may is ended, or only its end is kept") {
  const std::string script = "i=0; while [ $i -lt 5000 ]; do echo $i; i=$((i+1)); done";
  CHECK(run(script, {.timeout_ms = k_long_ms, .most_bytes = 1000}).stop == ChildStop::too_loud);
  const Said tail = run(script, {.timeout_ms = k_long_ms, .most_bytes = 10, .keeps_end = true});
  CHECK(tail.stop == ChildStop::ended);
  CHECK(tail.out == "4998\n4999\n");
}

TEST_CASE("A child that takes too long is ended with all that it started") {
  const Said said = run("sleep 1000 & echo $!; wait", {.timeout_ms = 300, .most_bytes = 100});
  CHECK(said.stop == ChildStop::timed_out);
  CHECK(said.signal == SIGKILL);
  CHECK(is_gone(said.out));
}

TEST_CASE("A child is asked to end before it is killed, where there is time for that") {
  const Said said = run("trap 'echo bye; exit 3' TERM; while :; do sleep 0.01; done",
                        {.timeout_ms = 300, .grace_ms = k_long_ms, .most_bytes = 100});
  CHECK(said.stop == ChildStop::timed_out);
  CHECK(said.exit == 3);
  CHECK(said.out == "bye\n");
}

TEST_CASE("A child can be cancelled, and what it left running goes with it") {
  std::atomic<int> asked = 0;
  const Said cancelled = run(
      "sleep 1000",
      {.timeout_ms = k_long_ms, .most_bytes = 100, .is_cancelled = [&] { return ++asked > 1; }});
  CHECK(cancelled.stop == ChildStop::cancelled);
  const Said left =
      run("sleep 1000 > /dev/null 2>&1 & echo $!", {.timeout_ms = k_long_ms, .most_bytes = 100});
  CHECK(left.stop == ChildStop::ended);
  CHECK(is_gone(left.out));
}

TEST_CASE("A complaint stands on one line") {
  CHECK(on_one_line("  no\troute\n\nto host.\n") == "no route to host");
  CHECK(on_one_line(".\n").empty());
}

}  // namespace
}  // namespace kontor
