// GET, POST, PATCH and DELETE /api/v1/roles: what users may see and do, under a name. And GET
// /api/v1/access/explain: why someone may.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> role_routes();

}  // namespace kontor::api
