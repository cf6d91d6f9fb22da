#include "api/events.h"

#include <charconv>

#include "api/replies.h"
#include "api/site.h"

namespace kontor::api {
namespace {

// The header wins: a browser that reconnects sends it, to the address it began with.
Result<std::optional<std::int64_t>> place(const Call& call) {
  if (call.last_event_id.empty()) {
    if (!call.parameter("last_event_id")) return std::optional<std::int64_t>();
    return std::optional(TRY(whole_parameter(call, "last_event_id", 0)));
  }
  std::int64_t value = 0;
  const char* end = call.last_event_id.data() + call.last_event_id.size();
  const auto [stop, error] = std::from_chars(call.last_event_id.data(), end, value);
  if (error != std::errc() || stop != end || value < 0)
    return Error{.code = Code::malformed,
                 .message = "Last-Event-ID must be the number of a change."};
  return std::optional(value);
}

Result<Subscription> subscription(store::ReadTx& tx, std::optional<std::int64_t> since) {
  const std::int64_t last = crm::last_change(tx);
  if (!since) return Subscription{.since = last, .topics = {}};
  const bool is_lost = *since > last || *since + 1 < crm::first_change(tx);
  return Subscription{.since = is_lost ? last : *since, .topics = {}, .reset = is_lost};
}

}  // namespace

Result<http::Response> open_events(const Site& site, const Call& call) {
  std::vector<std::string> names = TRY(topics(call));
  const std::optional<std::int64_t> since = TRY(place(call));
  Subscription want = TRY(site.services.store.read(
      [&](store::ReadTx& tx) -> Result<Subscription> { return subscription(tx, since); }));
  want.topics = std::move(names);
  want.principal = call.context.principal;
  if (site.services.still_valid)
    want.still_valid = [&services = site.services, who = want.principal] {
      return services.still_valid(*who);
    };
  http::Response response{.status = 200,
                          .headers = {{"Cache-Control", "no-store"}},
                          .content_type = "text/event-stream",
                          .body = {}};
  EventHub& hub = site.services.events;
  response.on_stream = [&hub, want](std::shared_ptr<http::EventSink> sink) {
    hub.subscribe(std::move(sink), want);
  };
  return response;
}

}  // namespace kontor::api
