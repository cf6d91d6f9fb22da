// The audit trail, for those with the right to see it.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> audit_routes();

}  // namespace kontor::api
