// How many requests each route answered, how, and how long they took. No lock, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "api/route.h"
#include "base/metrics.h"
#include "base/metrics_text.h"
#include "http/server.h"

namespace kontor::api {

class RequestFigures {
 public:
  // The routes must outlive it.
  explicit RequestFigures(std::span<const Route> routes);

  // Counts one exchange. Any thread.
  void observe(const http::Exchange& exchange);
  // Only what has happened at least once is written.
  void write(MetricsText& out) const;

  // The statuses and refusals that are told apart; any other counts under "other".
  static constexpr std::array<int, 32> k_statuses = {
      200, 201, 202, 204, 206, 207, 304, 400, 401, 403, 404, 405, 408, 409, 410, 411,
      412, 413, 414, 415, 416, 417, 421, 422, 423, 428, 429, 431, 500, 501, 503, 507};
  static constexpr std::array<std::string_view, 24> k_reasons = {
      "ambiguous_head",     "bad_framing",
      "bad_head",           "bad_header",
      "bad_host",           "bad_path",
      "bad_query",          "bad_request_line",
      "bad_target",         "body_timeout",
      "body_too_large",     "busy",
      "head_timeout",       "head_too_large",
      "length_required",    "method_not_allowed",
      "target_too_long",    "too_many_connections",
      "too_many_fields",    "unknown_expectation",
      "unknown_host",       "unknown_method",
      "unsupported_coding", "unsupported_version"};

 private:
  struct Row {
    std::array<Counter, k_statuses.size() + 1> answers;
    DurationHistogram durations;
  };

  std::string_view method_of(std::size_t row) const;
  std::string_view route_of(std::size_t row) const;

  std::span<const Route> routes_;
  std::unique_ptr<Row[]> rows_;  // one for each route; the last: paths that are none
  std::array<Counter, k_reasons.size() + 1> refusals_;
};

}  // namespace kontor::api
