#include "build_info.h"
#include "command_line.h"
#include "exit_code.h"
#include "reference/man_page.h"
#include "reference/markdown.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class Help final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("VERB", verb_, "the verb; none: all verbs", false);
    syntax.flag("--man", man_, "The man page, kontor(1).");
    syntax.flag("--markdown", markdown_, "The reference of the command line.");
  }

  Result<int> run(const Session& session) override {
    session.output.print(TRY(text()));
    return k_exit_ok;
  }

 private:
  Result<std::string> text() const {
    if (man_) return man_page(build_info().version);
    if (markdown_) return command_line_page();
    if (verb_.empty()) return help({"--help"});
    std::vector<std::string_view> names;
    for (const Verb& verb : verbs()) names.push_back(verb.name);
    TRY(check_choice("verb", verb_, names));
    return help({verb_, "--help"});
  }

  static Result<std::string> help(std::vector<std::string> arguments) {
    CommandLine line = TRY(parse_command_line(std::move(arguments)));
    return std::move(line.text);
  }

  std::string verb_;
  bool man_ = false, markdown_ = false;
};

}  // namespace

std::unique_ptr<Command> make_help() { return std::make_unique<Help>(); }

}  // namespace kontor::app
