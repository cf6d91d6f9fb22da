// docs/reference/command-line.md and docs/reference/settings.md, as the program tells them.
#pragma once

#include <string>

namespace kontor::app {

std::string command_line_page();
std::string settings_page();

}  // namespace kontor::app
