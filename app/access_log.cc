#include "access_log.h"

#include <algorithm>
#include <array>

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 13> k_shown = {
    "limit", "sort", "fields", "expand", "count",  "trash", "format",
    "from",  "to",   "since",  "topics", "status", "pretty"};

bool is_shown(std::string_view name) {
  return std::find(k_shown.begin(), k_shown.end(), name) != k_shown.end();
}

LogLevel level_of(int status) {
  // 503 is how the server says "later"; it is the operator's business all the same.
  return status >= 500 ? LogLevel::warn : LogLevel::info;
}

}  // namespace

std::string loggable_target(std::string_view target) {
  const std::size_t question = std::min(target.find('?'), target.size());
  std::string out(target.substr(0, question));
  for (std::string_view rest = target.substr(question); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&', 1), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end);
    const std::size_t equals = pair.find('=');
    const bool whole = equals == std::string_view::npos || is_shown(pair.substr(1, equals - 1));
    out += whole ? pair : pair.substr(0, equals + 1);
    if (!whole) out += "***";
  }
  return out;
}

http::Server::OnExchange exchange_log(const Logger& log) {
  return [&log](const http::Exchange& exchange) {
    const LogLevel level = level_of(exchange.status);
    if (!log.enabled(level)) return;
    const std::string target = loggable_target(exchange.target);
    std::array<LogField, 10> fields = {
        {{"request_id", exchange.request_id},
         {"method", exchange.method},
         {"target", target},
         {"status", static_cast<std::int64_t>(exchange.status)},
         {"duration_us", exchange.duration_us},
         {"bytes_in", static_cast<std::int64_t>(exchange.bytes_in)},
         {"bytes_out", static_cast<std::int64_t>(exchange.bytes_out)},
         {"client_ip", exchange.remote_ip}}};
    std::size_t shown = 8;  // the others only where there is something to say
    if (!exchange.refusal.empty()) fields.at(shown++) = {"refusal", exchange.refusal};
    if (exchange.cut) fields.at(shown++) = {"cut", true};
    log.log(level, "request", std::span(fields).first(shown));
  };
}

std::function<void(std::string_view, std::string_view, std::string_view)> failure_log(
    const Logger& log) {
  return [&log](std::string_view request_id, std::string_view target, std::string_view what) {
    const std::string shown = loggable_target(target);
    log.error("request failed", {{"request_id", request_id}, {"target", shown}, {"err", what}});
  };
}

}  // namespace kontor::app
