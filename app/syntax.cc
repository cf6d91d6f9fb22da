#include "syntax.h"

#include <CLI/CLI.hpp>

#include "base/setting.h"

namespace kontor::app {
namespace {

std::string setting_help(const Setting& setting) {
  std::string help(setting.help);
  if (!setting.built_in.empty()) help += " Default: " + std::string(setting.built_in) + ".";
  return help;
}

}  // namespace

Syntax& Syntax::flag(const std::string& name, bool& target, const std::string& help) {
  app_.add_flag(name, target, help);
  entries_.push_back({.name = name, .help = help});
  return *this;
}

Syntax& Syntax::text(const std::string& name, std::string& target, const std::string& value,
                     const std::string& help) {
  app_.add_option(name, target, help)->type_name(value);
  entries_.push_back({.name = name, .value = value, .help = help});
  return *this;
}

Syntax& Syntax::texts(const std::string& name, std::vector<std::string>& target,
                      const std::string& value, const std::string& help) {
  app_.add_option(name, target, help)->type_name(value)->expected(1)->take_all();
  entries_.push_back({.name = name, .value = value, .help = help});
  return *this;
}

Syntax& Syntax::number(const std::string& name, std::optional<std::int64_t>& target,
                       const std::string& value, const std::string& help) {
  app_.add_option(name, target, help)->type_name(value);
  entries_.push_back({.name = name, .value = value, .help = help});
  return *this;
}

Syntax& Syntax::argument(const std::string& name, std::string& target, const std::string& help,
                         bool required, std::span<const std::string_view> choices) {
  app_.add_option(name, target, help)->type_name("")->required(required);
  entries_.push_back({.kind = SyntaxEntry::Kind::argument,
                      .name = name,
                      .help = help,
                      .required = required,
                      .choices = {choices.begin(), choices.end()}});
  return *this;
}

Syntax& Syntax::settings(SettingFlags& target) {
  for (const Setting& setting : kontor::settings()) {
    if (!has_setting_flag(setting)) continue;
    const std::string name(setting.name);
    app_.add_option_function<std::vector<std::string>>(
            flag_name(setting),
            [&target, name](const std::vector<std::string>& texts) { target[name] = texts; },
            setting_help(setting))
        ->type_name("VALUE")
        ->expected(1)
        ->take_all()
        ->group("Settings");
    entries_.push_back({.kind = SyntaxEntry::Kind::setting,
                        .name = flag_name(setting),
                        .value = "VALUE",
                        .help = setting_help(setting)});
  }
  return *this;
}

std::vector<SyntaxEntry> syntax_entries(const std::function<void(Syntax&)>& define) {
  CLI::App app;
  Syntax syntax(app);
  define(syntax);
  return syntax.entries();
}

}  // namespace kontor::app
