// The second factor of who has signed in.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> second_factor_routes();

}  // namespace kontor::api
