#include "api/metrics.h"

#include "api/site.h"
#include "base/metrics_text.h"

namespace kontor::api {
namespace {

void write_state(MetricsText& out, const store::StoreHealth& health) {
  out.gauge("kontor_db_writable", "1 if the database takes writes, 0 if it is read-only.")
      .value(health.writable ? 1 : 0);
  out.gauge("kontor_db_disk_full", "1 while writes are refused because the disk is full.")
      .value(health.disk_full ? 1 : 0);
  out.gauge("kontor_db_writes_queued", "Writes that wait for the writer.")
      .value(static_cast<std::int64_t>(health.queued));
  out.gauge("kontor_db_size_bytes", "Size of the database file.").value(health.database_bytes);
  out.gauge("kontor_db_wal_bytes", "Write-ahead log that is not yet in the database file.")
      .value(health.wal_bytes);
  out.gauge("kontor_disk_free_bytes", "Free space on the disk of the data directory.")
      .value(health.disk_free_bytes);
}

}  // namespace

Result<http::Response> show_metrics(const Site& site, const Call&) {
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.with("Cache-Control", "no-store");
  MetricsText out(response.body);
  site.figures.write(out);
  write_state(out, site.services.store.health());
  out.gauge("kontor_draining", "1 while the server is stopping.").value(site.draining ? 1 : 0);
  if (site.services.write_figures) site.services.write_figures(out);
  return response;
}

}  // namespace kontor::api
