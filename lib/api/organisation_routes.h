// GET and PATCH /api/v1/organisation: what the firm says of itself, and goes by.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> organisation_routes();

}  // namespace kontor::api
