// kontor import all DIR: a whole export into an empty instance.
#pragma once

#include <string>

#include "base/result.h"
#include "session.h"

namespace kontor::app {

// The exit code. `chosen` are settings of the command line.
Result<int> import_all(const Session& session, const SettingFlags& chosen,
                       const std::string& folder, bool dry_run);

}  // namespace kontor::app
