// How a running server is, for `kontor status`.
#pragma once

#include <cstdint>
#include <string>

#include "base/log.h"
#include "composition.h"

namespace kontor::app {

struct ServerFacts {
  Service& service;
  LogLevel level;
  std::int64_t started_ms, now_ms;
  std::string standby;  // JSON; empty: it is none
};

// A JSON object; docs/reference/command-line.md promises its keys.
std::string server_status_json(const ServerFacts& facts);

// "debug", as settings and flags spell it.
std::string_view log_level_name(LogLevel level);

}  // namespace kontor::app
