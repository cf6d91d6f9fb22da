// A name and a value: of a header, or of a query.
#pragma once

#include <string>
#include <utility>

namespace kontor::notify {

using Field = std::pair<std::string, std::string>;

}  // namespace kontor::notify
