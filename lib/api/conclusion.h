// From what a handler came to, to the response that is sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/site.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

// What a response needs of its request.
struct Origin {
  Origin(const Site& site, const http::Request& request);
  void add(const Headers& more);

  std::string_view request_id, target;  // of whoever keeps it
  bool is_local;                        // comes_from_here()
  std::int64_t received_us, queued_us;
  // What every answer carries, whatever it is: about the page that asks, and the caller's limits.
  Headers headers;
};

// An error becomes a problem document, and what is a bug or a broken machine goes to the log.
// `db_us`: how long the transaction took, waiting for the writer and rendering included.
http::Response conclude(const Site& site, const Origin& origin, Result<http::Response> result,
                        std::int64_t db_us);

}  // namespace kontor::api
