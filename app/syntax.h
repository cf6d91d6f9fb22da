// What the command line of one verb looks like. Hides the parser, which is slow to compile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session.h"

namespace CLI {
class App;
}

namespace kontor::app {

// One flag or argument in words: for the reference, the man page and the shells' completion.
struct SyntaxEntry {
  enum class Kind { argument, flag, setting };
  Kind kind = Kind::flag;
  std::string name;   // "ACTION", "--mode"
  std::string value;  // "MODE"; empty: an argument, or a flag that is there or not
  std::string help;
  bool required = false;
  std::vector<std::string> choices = {};  // all there are; empty: any text
};

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
  // `choices` are for the reference and completion; check_choice() refuses others.
  Syntax& argument(const std::string& name, std::string& target, const std::string& help,
                   bool required, std::span<const std::string_view> choices = {});
  // A flag for every setting but `data`, which is a flag of all verbs.
  Syntax& settings(SettingFlags& target);

  // What was defined so far, in its order.
  const std::vector<SyntaxEntry>& entries() const { return entries_; }

 private:
  CLI::App& app_;
  std::vector<SyntaxEntry> entries_;
};

// What `define` defines, without a command line to parse.
std::vector<SyntaxEntry> syntax_entries(const std::function<void(Syntax&)>& define);

}  // namespace kontor::app
