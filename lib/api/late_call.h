// A call whose answer waits for something while no worker waits with it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/call.h"
#include "api/conclusion.h"
#include "api/site.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

// What kinds of such calls have in common: they keep what they need of the request, and come to a
// response like any other call. The site must outlive it.
class LateCall : public http::LateAnswer, public std::enable_shared_from_this<LateCall> {
 public:
  LateCall(const Site& site, Call call, const http::Request& request);
  LateCall(const LateCall&) = delete;
  LateCall& operator=(const LateCall&) = delete;

  void start(std::function<void()> ready) final;
  http::Response take() final;

 protected:
  // Begins the work; finish() is called once, by any thread, also from within.
  virtual void begin() = 0;
  void finish(Result<http::Response> result);

  const Site& site_;
  const Call call_;

 private:
  const std::string target_;
  Origin origin_;
  std::int64_t begun_us_ = 0, took_us_ = 0;
  std::function<void()> ready_;
  std::optional<Result<http::Response>> result_;
};

}  // namespace kontor::api
