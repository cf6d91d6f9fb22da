// The accounts of others, for those who have the right `users`.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> user_routes();

}  // namespace kontor::api
