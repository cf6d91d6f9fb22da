#include "operations/operation.h"

namespace kontor::app {
namespace {

Error no_server() {
  return {.code = Code::unavailable,
          .message = "This can be asked of a running server only.",
          .kind = "no_server",
          .hint = "kontor serve"};
}

constexpr const char* k_done = R"({"ok":true})";

}  // namespace

Result<std::string> server_status(const OperationContext& context, OperationCall&) {
  if (context.server == nullptr) return no_server();
  return context.server->status();
}

Result<std::string> reload_server(const OperationContext& context, OperationCall&) {
  if (context.server == nullptr) return no_server();
  TRY(context.server->reload());
  return std::string(k_done);
}

Result<std::string> change_log_level(const OperationContext& context, OperationCall& call) {
  if (context.server == nullptr) return no_server();
  const auto level = parse_log_level(call.text("level"));
  if (!level) {
    return Error{.code = Code::usage,
                 .message = "There is no log level \"" + call.text("level") + "\".",
                 .kind = "usage",
                 .hint = "one of debug, info, warn, error"};
  }
  context.server->set_log_level(*level);
  return std::string(k_done);
}

Result<std::string> promote_standby(const OperationContext& context, OperationCall& call) {
  if (context.server == nullptr) return no_server();
  return context.server->promote(call.flag("unproven"), call.is_cancelled);
}

}  // namespace kontor::app
