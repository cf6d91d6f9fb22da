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
  return *this;
}

Syntax& Syntax::text(const std::string& name, std::string& target, const std::string& value,
                     const std::string& help) {
  app_.add_option(name, target, help)->type_name(value);
  return *this;
}

Syntax& Syntax::texts(const std::string& name, std::vector<std::string>& target,
                      const std::string& value, const std::string& help) {
  app_.add_option(name, target, help)->type_name(value)->expected(1)->take_all();
  return *this;
}

Syntax& Syntax::number(const std::string& name, std::optional<std::int64_t>& target,
                       const std::string& value, const std::string& help) {
  app_.add_option(name, target, help)->type_name(value);
  return *this;
}

Syntax& Syntax::argument(const std::string& name, std::string& target, const std::string& help,
                         bool required) {
  app_.add_option(name, target, help)->type_name("")->required(required);
  return *this;
}

Syntax& Syntax::settings(SettingFlags& target) {
  for (const Setting& setting : kontor::settings()) {
    if (setting.name == "data") continue;
    const std::string name(setting.name);
    app_.add_option_function<std::vector<std::string>>(
            flag_name(setting),
            [&target, name](const std::vector<std::string>& texts) { target[name] = texts; },
            setting_help(setting))
        ->type_name("VALUE")
        ->expected(1)
        ->take_all()
        ->group("Settings");
  }
  return *this;
}

}  // namespace kontor::app
