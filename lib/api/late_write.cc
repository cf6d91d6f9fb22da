#include "api/late_write.h"

#include <utility>

#include "api/late_call.h"
#include "api/write_once.h"
#include "base/limits.h"

namespace kontor::api {
namespace {

class LateWrite final : public LateCall {
 public:
  using LateCall::LateCall;

 private:
  void begin() override {
    const auto self = std::static_pointer_cast<LateWrite>(shared_from_this());
    const Result<void> queued = site_.services.store.write_later(
        [self](store::WriteTx& tx) { return write_once(self->site_, tx, self->call_); },
        [self](Result<http::Response> result) { self->finish(std::move(result)); });
    if (!queued.ok()) finish(queued.error());
  }
};

}  // namespace

bool may_be_late(const Call& call, const http::Request& request) {
  return call.route->is_write() && request.body.size() <= limits::late_write_bytes;
}

std::shared_ptr<http::LateAnswer> late_write(const Site& site, Call call,
                                             const http::Request& request) {
  return std::make_shared<LateWrite>(site, std::move(call), request);
}

}  // namespace kontor::api
