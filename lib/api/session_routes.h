// Signing in and out, set-up, and the sessions of a user.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> session_routes();

}  // namespace kontor::api
