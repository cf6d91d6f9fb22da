#include "server_status.h"

#include <unistd.h>

#include <optional>

#include "backup/status.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "build_info.h"

namespace kontor::app {
namespace {

std::int64_t as_integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void write_http(JsonWriter& out, const http::ServerStats& stats) {
  out.key("http").begin_object();
  out.key("connections").integer(as_integer(stats.connections));
  out.key("streams").integer(as_integer(stats.streams));
  out.key("queued").integer(as_integer(stats.queued));
  out.key("busy_workers").integer(as_integer(stats.busy_workers));
  out.key("accepted").integer(as_integer(stats.accepted));
  out.key("served").integer(as_integer(stats.served));
  out.key("refused").integer(as_integer(stats.refused)).end_object();
}

void write_store(JsonWriter& out, const store::StoreHealth& health) {
  out.key("database").begin_object().key("writable").boolean(health.writable);
  out.key("disk_full").boolean(health.disk_full).key("read_only").string(health.read_only);
  out.key("queued_writes").integer(as_integer(health.queued));
  out.key("bytes").integer(health.database_bytes).key("wal_bytes").integer(health.wal_bytes);
  out.key("disk_free_bytes").integer(health.disk_free_bytes).end_object();
}

void write_backup(JsonWriter& out, const std::optional<backup::BackupRecord>& last) {
  out.key("last_backup");
  if (!last) {
    out.null();
    return;
  }
  out.begin_object().key("file").string(last->file).key("at").string(format_instant(last->at_ms));
  out.key("bytes").integer(last->bytes).key("rows").integer(last->rows).end_object();
}

}  // namespace

std::string_view log_level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  return "";
}

std::string server_status_json(const ServerFacts& facts) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("running").boolean(true).key("pid").integer(::getpid());
  out.key("version").string(build_info().version).key("schema").integer(schema_version());
  out.key("started_at").string(format_instant(facts.started_ms));
  out.key("uptime_s").integer((facts.now_ms - facts.started_ms) / 1000);
  out.key("data").string(facts.service.data_dir().path().native());
  out.key("listen").begin_array();
  for (const std::string& url : facts.service.urls()) out.string(url);
  out.end_array().key("log_level").string(log_level_name(facts.level));
  write_http(out, facts.service.server().stats());
  write_store(out, facts.service.store().health());
  write_backup(out, backup::read_status(facts.service.data_dir().backups()).last_backup);
  out.key("standby");
  facts.standby.empty() ? out.null() : out.raw(facts.standby);
  out.end_object();
  return text;
}

}  // namespace kontor::app
