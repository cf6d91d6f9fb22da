#include "api/health.h"

#include <unistd.h>

#include <fstream>
#include <optional>
#include <utility>

#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"

namespace kontor::api {
namespace {

// A probe that hangs holds up the other health checks, which share a worker, for so long.
constexpr std::chrono::milliseconds k_write_limit{1'000};
// Enough for the WAL of a long backup; below it an operator should act.
constexpr std::int64_t k_disk_floor_bytes = 64LL * 1024 * 1024;

struct Check {
  std::string_view name;
  bool pass;
  std::string detail;
};

Check disk_check(const store::StoreHealth& health) {
  const bool pass = !health.disk_full && health.disk_free_bytes >= k_disk_floor_bytes;
  return {"disk", pass, std::to_string(health.disk_free_bytes / (1024 * 1024)) + " MiB free"};
}

Check queue_check(const store::StoreHealth& health) {
  return {"queue", health.queued < limits::write_queue,
          std::to_string(health.queued) + " writes waiting"};
}

Check drain_check(const Site& site) {
  return {"draining", !site.draining, site.draining ? "The server is stopping." : "no"};
}

Result<int> database_schema(const Site& site) {
  return site.services.store.read([](store::ReadTx& tx) -> Result<int> {
    store::Statement row = tx.prepare("PRAGMA user_version");
    row.step();
    return static_cast<int>(row.integer(0));
  });
}

Check schema_check(const Site& site) {
  const Result<int> version = database_schema(site);
  if (!version.ok()) return {"schema", false, version.error().message};
  const bool pass = *version == site.settings.schema_version;
  return {"schema", pass, "version " + std::to_string(*version)};
}

Check write_check(const Site& site, const store::StoreHealth& health) {
  if (!health.read_only.empty()) return {"write", false, health.read_only};
  const bool pass = site.readiness->can_write(k_write_limit);
  return {"write", pass, pass ? "A write was made durable." : "No write was made durable in time."};
}

std::optional<Check> standby_check(const Site& site) {
  if (!site.services.standby) return std::nullopt;
  StandbyView view = site.services.standby();
  return Check{"standby", view.follows, std::move(view.detail)};
}

void write_is_standby(JsonWriter& out, const std::optional<Check>& standby) {
  if (standby) out.key("standby").boolean(true);
}

bool all_pass(const std::vector<Check>& checks) {
  for (const Check& check : checks)
    if (!check.pass) return false;
  return true;
}

void write_checks(JsonWriter& out, const std::vector<Check>& checks) {
  out.key("checks").begin_object();
  for (const Check& check : checks) {
    out.key(check.name).begin_object().key("status").string(check.pass ? "pass" : "fail");
    out.key("detail").string(check.detail).end_object();
  }
  out.end_object();
}

// Second number of statm: pages in memory.
std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  if (!(file >> total >> resident)) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

std::string_view database_state(const store::StoreHealth& health) {
  if (health.writable) return "connected";
  return health.disk_full || !health.read_only.empty() ? "read_only" : "error";
}

}  // namespace

Result<http::Response> show_health(const Site& site, const Call& call) {
  const store::StoreHealth health = site.services.store.health();
  const auto standby = standby_check(site);
  const bool serves = health.writable || standby;
  std::vector<Check> checks = {
      {"database", serves, std::to_string(health.database_bytes) + " bytes"},
      disk_check(health),
      queue_check(health),
      drain_check(site)};
  if (standby) checks.push_back(*standby);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("status");
  out.string(all_pass(checks) ? "healthy" : serves ? "degraded" : "unhealthy");
  out.key("timestamp").string(format_instant(call.context.now_ms));
  out.key("version").string(site.settings.version);
  out.key("uptime").integer((site.services.clock.monotonic_ms() - site.started_ms) / 1000);
  out.key("database").string(database_state(health));
  out.key("memory_usage").integer(resident_bytes());
  write_is_standby(out, standby);
  write_checks(out, checks);
  out.end_object();
  return json_reply(200, std::move(text));
}

Result<http::Response> show_alive(const Site&, const Call&) {
  return json_reply(200, R"({"status":"alive"})");
}

Result<http::Response> show_ready(const Site& site, const Call&) {
  const store::StoreHealth health = site.services.store.health();
  const auto standby = standby_check(site);
  std::vector<Check> checks = {drain_check(site), disk_check(health), schema_check(site),
                               write_check(site, health)};
  if (standby) checks.push_back(*standby);
  const bool is_ready = all_pass(checks);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("status").string(is_ready ? "ready" : "not_ready");
  write_is_standby(out, standby);
  write_checks(out, checks);
  out.end_object();
  return json_reply(is_ready ? 200 : 503, std::move(text));
}

}  // namespace kontor::api
