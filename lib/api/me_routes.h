// The caller's own account.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> me_routes();

}  // namespace kontor::api
