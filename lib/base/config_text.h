// The settings as text: the file that `init` writes, and the reference.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/setting.h"

namespace kontor {

using ChosenSettings = std::map<std::string, std::vector<std::string>, std::less<>>;

// A kontor.toml in which each setting stands as a comment with its built-in value; those in
// `chosen` (which must be valid) are set. `data` is left out: the file lies in that directory.
std::string config_template(const ChosenSettings& chosen = {});

// One table row a setting in Markdown: name, variable, default, what is allowed, what it does.
std::string config_reference();

}  // namespace kontor
