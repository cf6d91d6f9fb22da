// The web UI that travels inside the program.
#pragma once

#include <string_view>

namespace kontor::app {

// As scripts/cmake/pack_web.py packed it (http::AssetPack); empty if it was built without one.
std::string_view packed_web();

}  // namespace kontor::app
