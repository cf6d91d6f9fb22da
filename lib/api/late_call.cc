#include "api/late_call.h"

#include <utility>

#include "api/refusal_events.h"
#include "base/metrics.h"

namespace kontor::api {

LateCall::LateCall(const Site& site, Call call, const http::Request& request)
    : site_(site), call_(std::move(call)), target_(request.target), origin_(site, request) {
  origin_.request_id = call_.context.request_id;
  origin_.target = target_;
  origin_.add(call_.reply_headers);
}

void LateCall::start(std::function<void()> ready) {
  begun_us_ = steady_us();
  ready_ = std::move(ready);
  begin();
}

http::Response LateCall::take() {
  if (!result_->ok()) note_refusal(site_, call_, result_->error());
  return conclude(site_, origin_, *std::move(result_), took_us_);
}

// The moment that `ready_` is called, another thread may take the answer and end this.
void LateCall::finish(Result<http::Response> result) {
  const auto ready = std::move(ready_);
  result_ = std::move(result);
  took_us_ = steady_us() - begun_us_;
  ready();
}

}  // namespace kontor::api
