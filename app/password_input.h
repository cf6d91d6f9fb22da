// A password that a command is given: from stdin or a file, never from its arguments, which every
// user of the machine can read.
#pragma once

#include <string>

#include "base/result.h"

namespace kontor::app {

// Empty if neither is asked for. Of stdin or the file one line end is left out, and nothing else.
// On a terminal it asks, and shows nothing of what is typed. Code::usage if both are asked for, or
// if what was read is empty.
Result<std::string> read_password(bool from_stdin, const std::string& file);

}  // namespace kontor::app
