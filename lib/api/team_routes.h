// GET, POST, PATCH and DELETE /api/v1/teams: who sees whose records where a right says `team`. And
// POST /api/v1/users/{id}/reassign: giving what somebody holds to another one.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> team_routes();

}  // namespace kontor::api
