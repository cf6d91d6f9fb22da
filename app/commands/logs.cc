#include <array>

#include "exit_code.h"
#include "operations/run_operation.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 1> k_actions = {"level"};
constexpr std::array<std::string_view, 4> k_levels = {"debug", "info", "warn", "error"};

class Logs final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "level", true, k_actions);
    syntax.argument("LEVEL", level_, "debug, info, warn or error", true, k_levels);
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    TRY(check_choice("level", level_, k_levels));
    OperationCall call{.arguments = Json(JsonObject{{"level", Json(level_)}})};
    const std::string done = TRY(ask_server(session, "logs.level", call));
    if (session.flags.json) session.output.print(done);
    session.output.note("The server logs from " + level_ + " on, until it reloads or restarts.");
    return k_exit_ok;
  }

 private:
  std::string action_, level_;
};

}  // namespace

std::unique_ptr<Command> make_logs() { return std::make_unique<Logs>(); }

}  // namespace kontor::app
