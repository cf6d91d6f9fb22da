#include "api/system_status.h"

#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "crm/accounts/sessions.h"

namespace kontor::api {
namespace {

void write_requests(JsonWriter& out, const Site& site) {
  const auto recent = site.recent.at(site.services.clock.monotonic_ms());
  out.key("requests").begin_object();
  out.key("window_s").integer(RecentRequests::k_window_s);
  out.key("count").integer(recent.count).key("failed").integer(recent.failed);
  out.key("p50_us").integer(recent.p50_us).key("p95_us").integer(recent.p95_us);
  out.key("p99_us").integer(recent.p99_us).key("per_second").begin_array();
  for (const std::int64_t count : recent.per_second) out.integer(count);
  out.end_array().end_object();
}

void write_database(JsonWriter& out, const Site& site, const store::StoreHealth& health) {
  const store::Statistics& work = site.services.store.statistics();
  out.key("database").begin_object().key("writable").boolean(health.writable);
  out.key("disk_full").boolean(health.disk_full).key("read_only").string(health.read_only);
  out.key("bytes").integer(health.database_bytes).key("wal_bytes").integer(health.wal_bytes);
  out.key("queued_writes").integer(static_cast<std::int64_t>(health.queued));
  out.key("commits").integer(static_cast<std::int64_t>(work.commit.total()));
  out.key("commits_failed").integer(static_cast<std::int64_t>(work.commits_failed.value()));
  out.key("disk_free_bytes").integer(health.disk_free_bytes).end_object();
}

// What the program adds comes last, into the same object.
Result<http::Response> show_system(const Site& site, store::ReadTx& tx, const Call& call) {
  const std::int64_t now_ms = call.context.now_ms;
  const std::int64_t uptime_ms = site.services.clock.monotonic_ms() - site.started_ms;
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("now").string(format_instant(now_ms));
  out.key("version").string(site.settings.version);
  out.key("schema").integer(site.settings.schema_version);
  out.key("uptime_s").integer(uptime_ms / 1000).key("draining").boolean(site.draining);
  write_requests(out, site);
  write_database(out, site, site.services.store.health());
  out.key("sessions")
      .integer(crm::count_sessions(tx, site.services.accounts.settings().sessions, now_ms));
  if (site.services.write_system) site.services.write_system(out);
  out.end_object();
  return json_reply(200, std::move(text));
}

}  // namespace

std::vector<Route> system_status_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/system",
           .permission = Permission::flag(crm::Flag::settings),
           .summary = "How the server is: its last minute, database, disk, memory, backups",
           .request = Payload::none(),
           .status = 200,
           .reply = Payload::json("System"),
           .handler = ReadHandler(show_system),
           .tag = "System"}};
}

}  // namespace kontor::api
