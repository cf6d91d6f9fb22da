#include "api/demo_routes.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "api/body_fields.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "crm/audit/audit_log.h"
#include "crm/demo/demo.h"

namespace kontor::api {
namespace {

using http::Response;

constexpr std::string_view k_pattern = "/api/v1/demo";

Result<Response> show_demo(const Site&, store::ReadTx& tx, const Call&) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("records").integer(crm::demo_records(tx)).end_object();
  return json_reply(200, std::move(text));
}

void check_name(BodyFields& fields, std::string_view field, std::string_view name,
                std::span<const std::string_view> names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  std::string text = "Must be one of";
  for (const std::string_view one : names)
    text.append(one == names.front() ? " " : ", ").append(one);
  fields.add_error(field, "invalid", text + ".");
}

Result<Response> load_demo(const Site& site, const Call& call) {
  BodyFields fields(call);
  crm::DemoOptions options{.preset = fields.text("preset").value_or("shop"),
                           .language = fields.text("language").value_or("en")};
  const std::string size = fields.text("size").value_or("m");
  if (size != "s" && size != "m") fields.add_error("size", "invalid", "Must be s or m.");
  check_name(fields, "language", options.language, crm::demo_languages());
  check_name(fields, "preset", options.preset, crm::demo_presets());
  TRY(fields.verdict());
  options.size = size == "s" ? crm::DemoSize::s : crm::DemoSize::m;
  const Services& services = site.services;
  options.today = services.records.organisation()->zone.local_date(call.context.now_ms);
  const crm::DemoReport report = TRY(crm::load_demo(services.store, services.records, options));
  const std::string loaded = crm::to_json(report);
  // The records are the program's; the trail says who asked for them.
  TRY(services.store.write([&](store::WriteTx& tx) -> Result<void> {
    crm::record_event(tx, call.context, "demo", Uuid{}, "load", loaded);
    return {};
  }));
  return json_reply(201, loaded);
}

Result<Response> clear_demo(const Site& site, const Call& call) {
  return json_reply(200, crm::to_json(TRY(crm::clear_demo(site.services.store, call.context))));
}

Route row(std::string_view method, std::string summary, int status, std::string schema,
          RouteHandler handler) {
  return {.method = method,
          .pattern = std::string(k_pattern),
          .permission = Permission::flag(crm::Flag::settings),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = Payload::json(std::move(schema)),
          .handler = handler,
          .tag = "Organisation"};
}

}  // namespace

std::vector<Route> demo_routes() {
  std::vector<Route> routes;
  routes.push_back(
      row("GET", "How many made-up records there are", 200, "DemoState", ReadHandler(show_demo)));
  routes.push_back(row("POST", "Puts a made-up firm with a past into the database", 201,
                       "DemoLoaded", DirectHandler(load_demo)));
  routes.back().request = Payload::json("DemoInput");
  routes.back().refusals = {409, 422, 503, 507};
  routes.push_back(row("DELETE", "Removes the made-up records, and says which ones real ones need",
                       200, "DemoCleared", DirectHandler(clear_demo)));
  routes.back().refusals = {503, 507};
  return routes;
}

}  // namespace kontor::api
