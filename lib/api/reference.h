// The reference that people read, from the same rows as the OpenAPI document.
#pragma once

#include <string>
#include <string_view>

#include "api/route.h"

namespace kontor::api {

std::string reference_html(const RouteTable& routes, std::string_view version,
                           std::string_view style_path);
// The page at /: what can be called, with links.
std::string index_html(const RouteTable& routes, std::string_view version,
                       std::string_view style_path);

}  // namespace kontor::api
