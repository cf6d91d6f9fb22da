// What a list can be asked, as parameters for the reference.
#pragma once

#include <vector>

#include "api/route.h"
#include "model/entity.h"

namespace kontor::api {

// limit, cursor, sort, q, fields, expand, count, trash, and each filter: `name` and `name[op]`.
std::vector<Parameter> list_parameters(const model::Entity& entity);

}  // namespace kontor::api
