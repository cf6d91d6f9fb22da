// Imports over HTTP: sent as JSON, done in the background, looked at, and taken back.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> import_routes();

}  // namespace kontor::api
