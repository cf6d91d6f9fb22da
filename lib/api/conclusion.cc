#include "api/conclusion.h"

#include <string>

#include "api/problem.h"
#include "api/request_steps.h"
#include "base/metrics_text.h"
#include "http/response_writer.h"

namespace kontor::api {
namespace {

// Milliseconds with a point, from microseconds.
std::string milliseconds(std::int64_t us) { return seconds_text(us * 1000); }

std::string server_timing(const Origin& origin, std::int64_t db_us) {
  return "queue;dur=" + milliseconds(origin.queued_us) + ", db;dur=" + milliseconds(db_us) +
         ", total;dur=" + milliseconds(steady_us() - origin.received_us);
}

http::Response refused(const Site& site, const Origin& origin, const Error& error) {
  if (status_of(error.code) == 500 && site.services.on_failure)
    site.services.on_failure(origin.request_id, origin.target, error.message);
  return problem(error, origin.request_id);
}

http::Response add_headers(const Origin& origin, http::Response response) {
  for (const auto& [name, value] : origin.headers) {
    if (name == "Vary") {
      http::add_to_vary(response, value);
    } else {
      response.with(name, value);
    }
  }
  return response;
}

}  // namespace

Origin::Origin(const Site& site, const http::Request& request)
    : request_id(request.id),
      target(request.target),
      is_local(comes_from_here(request)),
      received_us(request.received_us),
      queued_us(request.queued_us),
      headers(site.cors.headers_for(request)) {}

void Origin::add(const Headers& more) { headers.insert(headers.end(), more.begin(), more.end()); }

http::Response conclude(const Site& site, const Origin& origin, Result<http::Response> result,
                        std::int64_t db_us) {
  if (!result.ok()) return add_headers(origin, refused(site, origin, result.error()));
  if (site.settings.server_timing && origin.is_local)
    result->with("Server-Timing", server_timing(origin, db_us));
  return add_headers(origin, *std::move(result));
}

}  // namespace kontor::api
