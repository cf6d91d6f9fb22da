// Routes about the server itself: health, the reference, and the plain pages.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> system_routes();

}  // namespace kontor::api
