// Runs an operation in the server of a data directory.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "control/channel.h"
#include "operations/operation.h"

namespace kontor::app {

// `channel` is fresh and waits. The call's files go along. The server's error is the error;
// Code::unavailable (kind server_gone) if it ended before it answered.
Result<std::string> run_in_server(ControlChannel& channel, std::string_view operation,
                                  const OperationCall& call);

}  // namespace kontor::app
