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
  out.gauge("kontor_db_oldest_read_tx_seconds",
            "For how long the oldest transaction has been reading, which keeps the write-ahead log "
            "from starting over; 0 if none does.")
      .seconds_of_us(health.oldest_read_ms * 1000);
  out.gauge("kontor_disk_free_bytes", "Free space on the disk of the data directory.")
      .value(health.disk_free_bytes);
}

void write_work(MetricsText& out, const store::Statistics& work) {
  out.histogram("kontor_db_query_duration_seconds",
                "Transactions: reads with the rendering of their answer, writes until they are on "
                "disk.")
      .durations(work.read, {{"op", "read"}})
      .durations(work.write, {{"op", "write"}});
  out.histogram("kontor_db_write_lock_wait_seconds", "How long writes wait for the writer.")
      .durations(work.write_wait);
  out.histogram("kontor_db_commit_duration_seconds",
                "The commit of a batch of writes, which is one sync of the disk.")
      .durations(work.commit);
  out.histogram("kontor_db_checkpoint_duration_seconds",
                "Copying the write-ahead log into the database file.")
      .durations(work.checkpoint);
  out.counter("kontor_db_commits_failed_total", "Commits that failed; their writes were refused.")
      .value(static_cast<std::int64_t>(work.commits_failed.value()));
}

}  // namespace

Result<http::Response> show_metrics(const Site& site, const Call&) {
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.with("Cache-Control", "no-store");
  MetricsText out(response.body);
  site.figures.write(out);
  write_state(out, site.services.store.health());
  write_work(out, site.services.store.statistics());
  out.gauge("kontor_draining", "1 while the server is stopping.").value(site.draining ? 1 : 0);
  if (site.services.write_figures) site.services.write_figures(out);
  return response;
}

}  // namespace kontor::api
