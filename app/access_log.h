// What the server writes about each request.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "http/server.h"

namespace kontor::app {

// A request's target as it may be logged: the values of parameters are hidden unless they are known
// to say nothing about a person and to be no secret.
std::string loggable_target(std::string_view target);

// One line for each exchange. `log` must outlive the function; any thread.
http::Server::OnExchange exchange_log(const Logger& log);

// One line for each request that ended in 500.
std::function<void(std::string_view, std::string_view, std::string_view)> failure_log(
    const Logger& log);

}  // namespace kontor::app
