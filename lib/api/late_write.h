// A write whose request holds no worker until it is on disk: one commit of the store then holds as
// many writes as wait, not as many as there are workers.
#pragma once

#include <memory>

#include "api/call.h"
#include "api/site.h"
#include "http/message.h"

namespace kontor::api {

// Whether the write of this request may wait so. What waits keeps its decoded body, so large ones
// wait with a worker of theirs, which bounds them.
bool may_be_late(const Call& call, const http::Request& request);

std::shared_ptr<http::LateAnswer> late_write(const Site& site, Call call,
                                             const http::Request& request);

}  // namespace kontor::api
