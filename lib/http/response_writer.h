// The only place where response heads are made. Everything that goes into one is checked here, so
// that no value of a handler can start a header or a response of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::http {

// What the connection knows and the response does not.
struct HeadContext {
  std::string_view request_id;
  std::int64_t now_ms = 0;  // for Date
  bool keep_alive = false;
  bool secure = false;  // over TLS: adds HSTS
  bool chunked = true;  // a body of unknown length goes out in chunks; else the end says its end
};

// Are all names tokens, and all values (content type too) free of controls?
bool is_sendable(const Response& response);

// Status line and fields up to the blank line. `response` must be sendable.
// The writer itself sets Date, Connection, X-Request-Id, Content-Length and the security headers of
// every answer. Of these a handler may replace the security headers and Cache-Control (default:
// no-store), and may ask for "Connection: close"; the others it cannot set.
std::string render_head(const Response& response, const HeadContext& context);

// First header of that name; empty view if there is none.
std::string_view header_of(const Response& response, std::string_view name);

// Adds a field name to Vary unless it is there.
void add_to_vary(Response& response, std::string_view field);

// Does the handler want this connection to end?
bool wants_close(const Response& response);

// 1xx, 204 and 304 have no body, whatever the handler set.
bool may_have_body(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t unix_ms);

}  // namespace kontor::http
