// A program that runs for a verb: with a bound on its time and on what it says.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace kontor::app {

// Whose rights a child has, where a process of root works on the data of somebody else.
struct ChildOwner {
  uid_t user = 0;
  gid_t group = 0;
};

struct ChildCall {
  std::vector<std::string> arguments;  // the first is the program, looked up in PATH without a '/'
  std::function<int()> work = {};      // instead of a program: runs in the child, gives its exit
  const Environment* environment = nullptr;
  std::optional<ChildOwner> owner = {};
  std::int64_t timeout_ms = 0;
  // Not empty: what it says is added to this file, and what it leaves running goes on running.
  std::filesystem::path log = {};
};

struct ChildEnd {
  int exit = -1;  // 128 and the signal's number, as a shell says it; 127: cannot be started
  std::string out, told;

  // What it complained about, on one line: the message of an error as JSON, else the end of it.
  std::string complaint() const;
};

// Code::unavailable if it does not end in time or prints more than a megabyte: it was killed then,
// with all that it started. One call at a time; for processes of one thread.
Result<ChildEnd> run_child(const ChildCall& call);

}  // namespace kontor::app
