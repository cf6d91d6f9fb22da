// A verb of another program that failed, as an error of this one.
#pragma once

#include <string>

#include "base/error.h"
#include "upgrade/child_program.h"

namespace kontor::app {

// "<what>: <its complaint>.", with the code that its exit stands for; Code::conflict for others.
Error verb_failed(const ChildEnd& end, const std::string& what);

}  // namespace kontor::app
