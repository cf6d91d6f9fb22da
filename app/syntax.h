// What the command line of one verb looks like. Hides the parser, which is slow to compile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "session.h"

namespace CLI {
class App;
}

namespace kontor::app {

// The targets must outlive the parse.
class Syntax {
 public:
  explicit Syntax(CLI::App& app) : app_(app) {}

  Syntax& flag(const std::string& name, bool& target, const std::string& help);
  Syntax& text(const std::string& name, std::string& target, const std::string& value,
               const std::string& help);
  // May be given several times.
  Syntax& texts(const std::string& name, std::vector<std::string>& target, const std::string& value,
                const std::string& help);
  Syntax& number(const std::string& name, std::optional<std::int64_t>& target,
                 const std::string& value, const std::string& help);
  Syntax& argument(const std::string& name, std::string& target, const std::string& help,
                   bool required);
  // A flag for every setting but `data`, which is a flag of all verbs.
  Syntax& settings(SettingFlags& target);

 private:
  CLI::App& app_;
};

}  // namespace kontor::app
