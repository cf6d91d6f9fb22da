// The verbs of the command line, one row each. A verb is a Command in commands/<verb>.cc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "session.h"
#include "syntax.h"

namespace kontor::app {

// Holds the values of its flags. Used once.
class Command {
 public:
  virtual ~Command() = default;
  virtual void define(Syntax& syntax) = 0;
  // The exit code (exit_code.h). Errors are shown by the caller.
  virtual Result<int> run(const Session& session) = 0;
};

struct Verb {
  std::string_view name;
  std::string_view summary;
  std::string_view examples;  // two, worked
  std::unique_ptr<Command> (*make)();
  std::string_view details = {};  // what --help and the reference tell beyond the summary
};

std::span<const Verb> verbs();

std::unique_ptr<Command> make_audit();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_backup();
std::unique_ptr<Command> make_config();
std::unique_ptr<Command> make_demo();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_gdpr();
std::unique_ptr<Command> make_health();
std::unique_ptr<Command> make_help();
std::unique_ptr<Command> make_import();
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_logs();
std::unique_ptr<Command> make_migrate();
std::unique_ptr<Command> make_role();
std::unique_ptr<Command> make_service();
std::unique_ptr<Command> make_openapi();
std::unique_ptr<Command> make_reload();
std::unique_ptr<Command> make_restore();
std::unique_ptr<Command> make_standby();
std::unique_ptr<Command> make_promote();
std::unique_ptr<Command> make_serve();
std::unique_ptr<Command> make_sql();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_token();
std::unique_ptr<Command> make_upgrade();
std::unique_ptr<Command> make_user();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_version();

// For an argument that names one of several things: Code::usage with the nearest name.
Result<void> check_choice(std::string_view what, std::string_view given,
                          std::span<const std::string_view> choices);

}  // namespace kontor::app
