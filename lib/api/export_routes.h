// GET /api/v1/<collection>/export: all that a list would show, as one file.
#pragma once

#include "api/route.h"
#include "model/entity.h"

namespace kontor::api {

// At most limits::exports run at a time; who comes then is told to wait (503).
Route export_route(const model::Entity& entity, std::string tag);

}  // namespace kontor::api
