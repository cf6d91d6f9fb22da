// Runs an operation where it has to run: in the server that holds the data directory, or here.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "operations/operation.h"
#include "session.h"

namespace kontor::app {

// Through DATA/kontor.sock if a server answers there; else under the directory's lock, on a
// database that is opened for it. The result's JSON, or the error, are the same both ways. `chosen`
// are settings of the command line; a server has its own, so with one they are refused.
// `call.is_cancelled` is replaced: Ctrl-C cancels, also in the server.
Result<std::string> run_operation(const Session& session, const SettingFlags& chosen,
                                  std::string_view name, OperationCall call);

// Only in a server: Code::unavailable (kind no_server) if none runs.
Result<std::string> ask_server(const Session& session, std::string_view name,
                               const OperationCall& call);

// A file for OperationCall::files. Code::not_found or Code::forbidden names it. The first is read
// from; the second is made, or emptied, for this user alone (0600).
Result<UniqueFd> open_for_reading(const std::string& path);
Result<UniqueFd> open_for_writing(const std::string& path);

}  // namespace kontor::app
