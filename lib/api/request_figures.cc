#include "api/request_figures.h"

#include <algorithm>
#include <string>

namespace kontor::api {
namespace {

template <class Table, class Value>
std::size_t place_in(const Table& table, const Value& value) {
  const auto found = std::lower_bound(table.begin(), table.end(), value);
  const bool is_there = found != table.end() && *found == value;
  return is_there ? static_cast<std::size_t>(found - table.begin()) : table.size();
}

}  // namespace

RequestFigures::RequestFigures(std::span<const Route> routes)
    : routes_(routes), rows_(std::make_unique<Row[]>(routes.size() + 1)) {}

void RequestFigures::observe(const http::Exchange& exchange) {
  if (!exchange.refusal.empty()) {
    refusals_[place_in(k_reasons, exchange.refusal)].add();
    return;
  }
  const bool is_known =
      exchange.route >= 0 && static_cast<std::size_t>(exchange.route) < routes_.size();
  Row& row = rows_[is_known ? static_cast<std::size_t>(exchange.route) : routes_.size()];
  row.answers[place_in(k_statuses, exchange.status)].add();
  row.durations.observe(exchange.duration_us);
}

std::string_view RequestFigures::method_of(std::size_t row) const {
  return row < routes_.size() ? routes_[row].method : "other";
}

std::string_view RequestFigures::route_of(std::size_t row) const {
  return row < routes_.size() ? std::string_view(routes_[row].pattern) : "other";
}

void RequestFigures::write(MetricsText& out) const {
  out.counter("http_requests_total",
              "Requests that a handler answered, by route and status; HEAD counts as GET.");
  for (std::size_t row = 0; row <= routes_.size(); ++row) {
    for (std::size_t at = 0; at <= k_statuses.size(); ++at) {
      const std::uint64_t count = rows_[row].answers[at].value();
      const std::string code = at < k_statuses.size() ? std::to_string(k_statuses[at]) : "other";
      if (count > 0)
        out.value(static_cast<std::int64_t>(count),
                  {{"method", method_of(row)}, {"route", route_of(row)}, {"code", code}});
    }
  }
  out.histogram("http_request_duration_seconds",
                "From the first byte of a request to its answer in the socket, by route.");
  for (std::size_t row = 0; row <= routes_.size(); ++row) {
    const Row& figures = rows_[row];
    const bool is_used = std::any_of(figures.answers.begin(), figures.answers.end(),
                                     [](const Counter& answers) { return answers.value() > 0; });
    if (is_used)
      out.durations(figures.durations, {{"method", method_of(row)}, {"route", route_of(row)}});
  }
  out.counter("kontor_http_rejected_total",
              "Requests and connections refused before a handler saw them, by reason.");
  for (std::size_t at = 0; at <= k_reasons.size(); ++at) {
    const std::string_view reason = at < k_reasons.size() ? k_reasons[at] : "other";
    out.value(static_cast<std::int64_t>(refusals_[at].value()), {{"reason", reason}});
  }
}

}  // namespace kontor::api
