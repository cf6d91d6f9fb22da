#include "reference/completion.h"

#include <array>

#include "exit_code.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_shells = {"bash", "zsh", "fish"};

class Completion final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("SHELL", shell_, "bash, zsh or fish", true, k_shells);
  }

  Result<int> run(const Session& session) override {
    session.output.print(TRY(completion_script(shell_)));
    return k_exit_ok;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace kontor::app
