// GET /metrics: the figures of this process for Prometheus.
#pragma once

#include "api/call.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

struct Site;

Result<http::Response> show_metrics(const Site& site, const Call& call);

}  // namespace kontor::api
