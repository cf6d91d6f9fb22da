#include "api/late_write.h"

#include <optional>
#include <utility>

#include "api/conclusion.h"
#include "api/write_once.h"
#include "base/limits.h"
#include "base/metrics.h"

namespace kontor::api {
namespace {

class LateWrite final : public http::LateAnswer, public std::enable_shared_from_this<LateWrite> {
 public:
  LateWrite(const Site& site, Call call, const http::Request& request)
      : site_(site), call_(std::move(call)), target_(request.target), origin_(request) {
    origin_.request_id = call_.context.request_id;
    origin_.target = target_;
  }
  LateWrite(const LateWrite&) = delete;
  LateWrite& operator=(const LateWrite&) = delete;

  void start(std::function<void()> ready) override {
    begun_us_ = steady_us();
    const Result<void> queued = site_.services.store.write_later(
        [self = shared_from_this()](store::WriteTx& tx) {
          return write_once(self->site_, tx, self->call_);
        },
        [self = shared_from_this(), ready](Result<http::Response> result) {
          self->finish(std::move(result), ready);
        });
    if (!queued.ok()) finish(queued.error(), ready);
  }

  http::Response take() override { return conclude(site_, origin_, *std::move(result_), db_us_); }

 private:
  void finish(Result<http::Response> result, const std::function<void()>& ready) {
    result_ = std::move(result);
    db_us_ = steady_us() - begun_us_;
    ready();
  }

  const Site& site_;
  const Call call_;
  const std::string target_;
  Origin origin_;
  std::int64_t begun_us_ = 0, db_us_ = 0;
  std::optional<Result<http::Response>> result_;
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
