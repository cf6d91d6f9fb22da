// From a router to answers: the handler's, or 404, 405 and OPTIONS where there is none.
#pragma once

#include "http/message.h"
#include "http/router.h"
#include "http/server.h"

namespace kontor::http {

// Runs the route's handler with `path_params` set. No such path: 404 `not_found`; another method:
// 405 `method_not_allowed` with Allow; OPTIONS without a route of its own: 204 with Allow.
Response dispatch(const Router& router, const Request& request, const Server::Problem& problem);

}  // namespace kontor::http
