// Files for imports that are sent in pieces.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> import_upload_routes();

}  // namespace kontor::api
