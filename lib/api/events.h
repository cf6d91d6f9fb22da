// GET /api/v1/events: where a client's stream begins.
#pragma once

#include "api/call.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

struct Site;

// Without Last-Event-ID the stream begins with the next change. With one it begins behind that
// change; if it is older than the oldest kept, or of the future (another database), the first
// event is `reset`: read anew, then go on from the id that it names.
Result<http::Response> open_events(const Site& site, const Call& call);

}  // namespace kontor::api
