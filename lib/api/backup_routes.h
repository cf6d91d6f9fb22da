// What backups there are, and making and proving them in the background.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> backup_routes();

}  // namespace kontor::api
