#include "api/overview_routes.h"

#include "api/batch.h"
#include "api/events.h"
#include "api/meta.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/dashboard.h"
#include "crm/history.h"
#include "http/conditional.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;

Result<Date> date_parameter(const Call& call, std::string_view name, Date fallback) {
  const auto text = call.parameter(name);
  if (!text) return fallback;
  const auto date = parse_date(*text);
  if (!date)
    return bad_parameter(name, "invalid_date",
                         std::string(name) + " must be a calendar date, YYYY-MM-DD.");
  return *date;
}

Result<Response> show_dashboard(const Site& site, ReadTx& tx, const Call& call) {
  const auto organisation = site.services.records.organisation();
  crm::Period period = crm::default_period(*organisation, call.context.now_ms);
  period.from = TRY(date_parameter(call, "from", period.from));
  period.to = TRY(date_parameter(call, "to", period.to));
  return json_reply(200, TRY(crm::dashboard(tx, *organisation, *call.context.principal, period)));
}

Result<Response> list_changes(const Site&, ReadTx& tx, const Call& call) {
  const std::int64_t since = TRY(whole_parameter(call, "since", 0));
  const int limit = TRY(page_limit(call));
  const std::vector<std::string> names = TRY(topics(call));
  const crm::ChangePage page = crm::changes_since(tx, *call.context.principal, since, limit, names);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::Change& change : page.changes) out.raw(change.json);
  out.end_array().key("has_more").boolean(page.has_more);
  out.key("next_since").integer(page.next_since).end_object();
  return json_reply(200, std::move(text));
}

Result<Response> show_meta(const Site& site, const Call&) {
  const Services& services = site.services;
  std::string text = meta_json(*services.records.organisation(), site.settings.version);
  const std::string tag = http::etag_of(text);
  Response response{.status = 200,
                    .headers = {{"Cache-Control", "no-cache"}, {"ETag", tag}},
                    .content_type = "application/json",
                    .body = std::move(text)};
  return response;
}

constexpr std::string_view k_tag = "Overview";
constexpr std::string_view k_date = R"({"type":"string","format":"date"})";
constexpr std::string_view k_number = R"({"type":"integer","minimum":0})";

Parameter date(std::string name, std::string description) {
  return {.name = std::move(name),
          .description = std::move(description),
          .schema = std::string(k_date)};
}

Parameter number(std::string name, std::string description) {
  return {.name = std::move(name),
          .description = std::move(description),
          .schema = std::string(k_number)};
}

void add_reads(std::vector<Route>& routes) {
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/stats/dashboard",
       .permission = Permission::any(crm::Act::read),
       .summary = "The figures of the first page",
       .request = Payload::none(),
       .status = 200,
       .reply = Payload::json("Dashboard"),
       .handler = show_dashboard,
       .tag = std::string(k_tag),
       .query = {date("from", "First day; absent: the first of the month eleven months ago."),
                 date("to", "The day after the last; absent: tomorrow.")}});
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/changes",
       .permission = Permission::any(crm::Act::read),
       .summary = "What changed since a given change",
       .request = Payload::none(),
       .status = 200,
       .reply = Payload::json("Changes"),
       .handler = list_changes,
       .tag = std::string(k_tag),
       .query = {number("since", "Number of the last change that is known; absent: 0."),
                 page_parameters().front(), topics_parameter()}});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/meta",
                    .permission = Permission::signed_in(),
                    .summary = "Collections, fields, moves and currencies",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Meta"),
                    .handler = show_meta,
                    .tag = std::string(k_tag),
                    .versioned = true,
                    .conditional = true});
}

void add_streams(std::vector<Route>& routes) {
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/events",
       .permission = Permission::any(crm::Act::read),
       .summary = "Changes as server-sent events, as they happen",
       .request = Payload::none(),
       .status = 200,
       .reply = Payload::media("text/event-stream"),
       .handler = open_events,
       .tag = std::string(k_tag),
       .query = {topics_parameter(),
                 number("last_event_id", "As the header Last-Event-ID: go on after this change.")},
       .refusals = {503}});
  routes.push_back({.method = "POST",
                    .pattern = "/api/v1/batch",
                    .permission = Permission::signed_in(),
                    .summary = "Up to 100 writes at once",
                    .request = Payload::json("Batch"),
                    .status = 200,
                    .reply = Payload::json("BatchResults"),
                    .handler = run_batch,
                    .tag = std::string(k_tag),
                    .body_required = true,
                    .refusals = {404, 412, 428},
                    .cost = limits::rate_cost_batch});
}

}  // namespace

std::vector<Route> overview_routes() {
  std::vector<Route> routes;
  add_reads(routes);
  add_streams(routes);
  return routes;
}

}  // namespace kontor::api
