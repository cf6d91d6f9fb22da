// GET, POST and DELETE /api/v1/demo: a made-up firm to look around in, and to remove again.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> demo_routes();

}  // namespace kontor::api
