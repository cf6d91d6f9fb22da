// API tokens: made, listed and revoked by who has signed in.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> token_routes();

}  // namespace kontor::api
