#include "control/control_client.h"

#include <vector>

#include "base/limits.h"
#include "control/frames.h"

namespace kontor::app {
namespace {

Error server_gone() {
  return {.code = Code::unavailable,
          .message = "The server ended before it answered; what it had finished stays.",
          .kind = "server_gone",
          .hint = "kontor status, then run it again"};
}

}  // namespace

Result<std::string> run_in_server(ControlChannel& channel, std::string_view operation,
                                  const OperationCall& call) {
  std::vector<int> descriptors;
  for (const UniqueFd& file : call.files) descriptors.push_back(file.get());
  // Who is refused may find the connection closed already: the answer still stands to be read.
  channel.send(request_frame(operation, call.arguments, descriptors.size()), descriptors);
  while (true) {
    const auto frame = channel.receive(limits::control_answer_bytes);
    if (!frame) return server_gone();
    ControlAnswer answer = TRY(parse_answer(*frame));
    if (!answer.is_progress) return std::move(answer.json);
    call.progress(answer.json);
  }
}

}  // namespace kontor::app
