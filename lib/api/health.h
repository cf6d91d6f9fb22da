// /health, /livez and /readyz.
#pragma once

#include "api/call.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

struct Site;

// Looks at what is known, without touching the disk; always 200: `status` says how it is.
Result<http::Response> show_health(const Site& site, const Call& call);
// The process answers; nothing is looked at, so that a slow disk causes no restart.
Result<http::Response> show_alive(const Site& site, const Call& call);
// 200 or 503. Writes to the database to know that it can.
Result<http::Response> show_ready(const Site& site, const Call& call);

}  // namespace kontor::api
