// What backups there are: GET /api/v1/backups.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> backup_routes();

}  // namespace kontor::api
