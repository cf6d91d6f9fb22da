// From the arguments to a command that is ready to run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "session.h"
#include "verbs.h"

namespace kontor::app {

struct CommandLine {
  GlobalFlags flags;
  std::unique_ptr<Command> command;  // null: `text` is all there is to say
  std::string text;                  // help
};

// `arguments` without the program's name. Code::usage for what is not understood.
Result<CommandLine> parse_command_line(std::vector<std::string> arguments);

}  // namespace kontor::app
