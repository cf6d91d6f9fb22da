#include "exit_code.h"
#include "operations/run_operation.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class Reload final : public Command {
 public:
  void define(Syntax&) override {}

  Result<int> run(const Session& session) override {
    const std::string done = TRY(ask_server(session, "reload", {}));
    if (session.flags.json) session.output.print(done);
    session.output.note("Reloaded: log level, certificate and key.");
    return k_exit_ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_reload() { return std::make_unique<Reload>(); }

}  // namespace kontor::app
