#include "api/service.h"
#include "build_info.h"
#include "exit_code.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class OpenApi final : public Command {
 public:
  void define(Syntax&) override {}

  Result<int> run(const Session& session) override {
    session.output.print(api::openapi_document(build_info().version));
    return k_exit_ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_openapi() { return std::make_unique<OpenApi>(); }

}  // namespace kontor::app
