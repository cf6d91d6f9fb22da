// GET /api/v1/system: how the server is, for the page that an owner watches. Programs that watch
// servers read /metrics.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> system_status_routes();

}  // namespace kontor::api
