#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "base/environment.h"
#include "command_line.h"
#include "exit_code.h"
#include "output.h"
#include "process_setup.h"
#include "standard_files.h"

namespace kontor::app {
namespace {

int report(Output& output, const Error& error) {
  output.fail(error);
  return exit_code(error);
}

std::string value_of(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

int run(const std::vector<std::string>& arguments, Output& output) {
  const Environment environment = read_environment();
  const bool colour =
      is_colour_terminal(2, value_of(environment, "NO_COLOR"), value_of(environment, "TERM"));
  const bool json = std::count(arguments.begin(), arguments.end(), "--json") > 0;
  output.set_style({.json = json, .colour = colour});  // until the flags are understood
  auto line = parse_command_line(arguments);
  if (!line.ok()) return report(output, line.error());
  output.set_style({.json = line->flags.json, .quiet = line->flags.quiet, .colour = colour});
  if (!line->command) {
    output.print(line->text);
    return k_exit_ok;
  }
  const SystemClock clock;
  SystemRandom random;
  const auto code = line->command->run({line->flags, environment, clock, random, output});
  if (!code.ok()) return report(output, code.error());
  return *code == k_exit_ok && output.is_broken() ? k_exit_io_error : *code;
}

}  // namespace
}  // namespace kontor::app

int main(int argc, char** argv) {
  kontor::app::prepare_process();
  kontor::app::open_missing_standard_files();
  kontor::app::Output output;
  try {
    return kontor::app::run({argv + (argc > 0 ? 1 : 0), argv + argc}, output);
  } catch (const std::exception& thrown) {
    output.fail({.message = std::string("Unexpected failure: ") + thrown.what() + "."});
  }
  return kontor::app::k_exit_failed;
}
