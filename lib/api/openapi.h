// The OpenAPI 3.1 document, written from the route table and the entities.
#pragma once

#include <string>
#include <string_view>

#include "api/route.h"

namespace kontor::api {

std::string write_openapi(const RouteTable& routes, std::string_view version);

}  // namespace kontor::api
