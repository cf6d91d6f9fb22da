// kontor(1), in the man macros.
#pragma once

#include <string>
#include <string_view>

namespace kontor::app {

std::string man_page(std::string_view version);

}  // namespace kontor::app
