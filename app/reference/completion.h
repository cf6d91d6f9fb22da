// What a shell needs to complete kontor's command lines.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kontor::app {

// `shell`: bash, zsh or fish; another is Code::usage.
Result<std::string> completion_script(std::string_view shell);

}  // namespace kontor::app
