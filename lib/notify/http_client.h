// One HTTP/1.1 request to another machine and its answer (RFC 9112), on a connection of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/connection.h"
#include "notify/field.h"

namespace kontor::notify {

struct HttpRequest {
  std::string method;
  std::string target;         // path and query, encoded, as they stand on the line
  std::vector<Field> fields;  // without Content-Length and Connection; with Host
  std::int64_t body_bytes = 0;
  // The next piece of the body, empty at its end; views live until the next call.
  std::function<Result<std::string_view>()> next_piece = {};
};

struct HttpReply {
  int status = 0;
  std::vector<Field> fields;  // names in lower case
  std::string body;           // what was not handed to a sink
  const std::string* find(std::string_view name) const;
};

// Takes pieces of the body of an answer with status 200 or 206, of which it sees the head; of
// others it goes into HttpReply::body.
using BodySink = std::function<Result<void>(const HttpReply& head, std::string_view piece)>;

// How exchange() is injected.
using Exchanging =
    std::function<Result<HttpReply>(const HttpRequest&, const Patience&, const BodySink&)>;

inline constexpr std::size_t k_reply_head_bytes = 64 * 1024;
inline constexpr std::size_t k_reply_body_bytes = 8UL * 1024 * 1024;  // without a sink

// Code::unavailable if no whole answer came; kind target_odd if what came is no HTTP or more than
// it may be. No redirection is followed.
Result<HttpReply> exchange(const Endpoint& endpoint, const Trust& trust, const HttpRequest& request,
                           const Patience& patience, const BodySink& sink = {});

}  // namespace kontor::notify
