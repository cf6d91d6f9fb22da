// GET /api/v1/people: names of colleagues, for who works with records.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> people_routes();

}  // namespace kontor::api
