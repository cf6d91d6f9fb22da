// The gate: decides on the raw bytes of a request head, before any parser or handler sees them,
// whether there is exactly one way to read them. A pure function, so that it can be fuzzed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/host.h"
#include "http/message.h"

namespace kontor::http {

// The methods that handlers may see; TRACE and CONNECT are not among them.
inline constexpr std::string_view k_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// Views point into the bytes that were checked.
struct Head {
  std::string_view method, target;
  std::string path;  // "*" for "OPTIONS *"
  Params query;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::size_t head_bytes = 0;  // the blank line included
  std::size_t body_bytes = 0;  // Content-Length
  bool http_1_0 = false;
  bool keep_alive = false;       // the client may send another request on this connection
  bool expect_continue = false;  // it waits for "100 Continue" before it sends the body

  // First field of that name, case-insensitive; empty view if there is none.
  std::string_view field(std::string_view name) const;
};

struct Refusal {
  int status = 400;
  std::string_view code;    // stable, snake_case
  std::string_view detail;  // one sentence for a person
};

struct GateRules {
  const HostRules& hosts;
  std::size_t body_bytes;  // largest body
};

// `head` is filled as far as the bytes could be read, for the log and the request id.
struct Gated {
  Head head;
  std::optional<Refusal> refusal;
};

// `bytes` is one complete head, up to and including its blank line.
Gated check_head(std::string_view bytes, const GateRules& rules);

}  // namespace kontor::http
