// Routes that look across collections: figures, changes, events, the description of the data, and
// several writes at once.
#pragma once

#include <vector>

#include "api/route.h"

namespace kontor::api {

std::vector<Route> overview_routes();

}  // namespace kontor::api
