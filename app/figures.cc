#include "figures.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <string>

#include "backup/status.h"
#include "backup_delivery.h"
#include "base/civil.h"
#include "base/process_figures.h"
#include "build_info.h"
#include "composition.h"
#include "server_status.h"

namespace kontor::app {
namespace {

std::int64_t disk_size_bytes(const std::filesystem::path& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return 0;
  return static_cast<std::int64_t>(disk.f_blocks) * static_cast<std::int64_t>(disk.f_frsize);
}

void write_build(MetricsText& out, const std::string& sqlite) {
  const BuildInfo& build = build_info();
  const std::string schema = std::to_string(schema_version());
  out.gauge("kontor_build_info", "1; its labels say what is running.")
      .value(1, {{"version", build.version},
                 {"revision", build.revision},
                 {"schema", schema},
                 {"sqlite", sqlite}});
}

void write_records(MetricsText& out, const crm::RecordCounts& records) {
  out.gauge("kontor_customers", "Customers, without those in the trash.").value(records.customers);
  out.gauge("kontor_orders", "Orders by status, without those in the trash.");
  for (const auto& [status, count] : records.orders) out.value(count, {{"status", status}});
}

void write_front(MetricsText& out, const http::ServerStats& server) {
  out.gauge("http_requests_in_flight", "Requests that wait for a worker or have one.")
      .value(static_cast<std::int64_t>(server.queued + server.busy_workers));
  out.gauge("kontor_http_queue_length", "Complete requests that wait for a worker.")
      .value(static_cast<std::int64_t>(server.queued));
  out.gauge("kontor_http_workers_busy", "Workers that have a request.")
      .value(static_cast<std::int64_t>(server.busy_workers));
  out.gauge("kontor_http_connections", "Open connections, idle ones included.")
      .value(static_cast<std::int64_t>(server.connections));
  out.counter("kontor_http_connections_total", "Connections taken since the start.")
      .value(static_cast<std::int64_t>(server.accepted));
  out.gauge("kontor_http_event_streams", "Connections that are streams of events.")
      .value(static_cast<std::int64_t>(server.streams));
}

// What never happened has no moment: the alerts ask whether the figure is there at all.
void write_moment(MetricsText& out, std::string_view name, std::string_view help,
                  std::int64_t at_ms) {
  out.gauge(name, help);
  if (at_ms > 0) out.seconds_of_us(at_ms * 1000);
}

void write_backups(MetricsText& out, const backup::Status& status) {
  const auto& last = status.last_backup;
  const auto& proof = status.last_proof;
  const auto& passed = status.last_passed_proof;
  write_moment(out, "kontor_backup_last_success_timestamp_seconds",
               "The moment that the last backup holds, since 1970; absent if there is none.",
               last ? last->at_ms : 0);
  write_moment(out, "kontor_backup_last_verified_timestamp_seconds",
               "When a backup last proved that it can be restored; absent if none did.",
               passed ? passed->at_ms : 0);
  out.gauge("kontor_backup_last_size_bytes", "Size of the last backup.")
      .value(last ? last->bytes : 0);
  out.gauge("kontor_backup_verify_ok",
            "1 unless the last proof of a backup or of the archive failed.")
      .value(backup::all_proofs_passed(status) ? 1 : 0);
  out.gauge("kontor_backup_verify_duration_seconds", "How long the last proof took.")
      .seconds_of_us(proof ? proof->duration_ms * 1000 : 0);
  out.gauge("kontor_backup_failed", "1 if the last attempt to make a backup failed.")
      .value(status.last_failure ? 1 : 0);
}

void write_archive(MetricsText& out, const backup::ArchiveFigures& archive) {
  out.gauge("kontor_archive_lag_seconds", "Age of the oldest commit that is not archived yet.")
      .seconds_of_us(archive.lag_ms * 1000);
  out.counter("kontor_archive_segments_total", "Segments written since the start.")
      .value(archive.segments);
  out.counter("kontor_archive_bytes_total", "Bytes of these segments.").value(archive.bytes);
  out.counter("kontor_archive_merged_total", "Merged segments written since the start.")
      .value(archive.merged);
  out.counter("kontor_archive_errors_total", "Segments, epochs and bases that were not written.")
      .value(archive.errors);
  out.counter("kontor_archive_epochs_total", "New epochs since the start: the chain did not go on.")
      .value(archive.epochs);
  out.gauge("kontor_archive_trouble", "1 if segments, or a base, cannot be written now.")
      .value(archive.trouble.empty() && archive.base_trouble.empty() ? 0 : 1);
  out.gauge("kontor_archive_restorable", "1 if the epoch has a base that segments are put upon.")
      .value(archive.has_base ? 1 : 0);
}

void write_targets(MetricsText& out, const std::vector<backup::TargetState>& states) {
  out.gauge("kontor_backup_target_waiting", "Backups that have not been copied to the target yet.");
  for (const auto& state : states) {
    out.value(static_cast<std::int64_t>(state.waiting.size()), {{"target", state.target}});
  }
  out.gauge("kontor_backup_target_failures", "Failures in a row to copy a backup to the target.");
  for (const auto& state : states) out.value(state.tries.failures, {{"target", state.target}});
  out.gauge("kontor_backup_target_last_success_timestamp_seconds",
            "When a backup was last copied to the target, since 1970; absent if none was.");
  for (const auto& state : states) {
    if (state.delivered_at_ms == 0) continue;
    out.seconds_of_us(state.delivered_at_ms * 1000, {{"target", state.target}});
  }
}

void write_shipping(MetricsText& out, const std::vector<backup::ShippingState>& states) {
  out.gauge("kontor_archive_target_failures",
            "Failures in a row to send the archive, or the list of erasures, to the target.");
  for (const auto& state : states) out.value(state.tries.failures, {{"target", state.target}});
  out.gauge(
      "kontor_archive_target_last_second_timestamp_seconds",
      "The second of the last segment that the target has, since 1970; absent if it has none.");
  for (const auto& state : states) {
    if (state.last_ms == 0) continue;
    out.seconds_of_us(state.last_ms * 1000, {{"target", state.target}});
  }
}

void write_process(MetricsText& out, std::int64_t started_ms) {
  const ProcessFigures process = process_figures();
  out.counter("process_cpu_seconds_total", "Processor time, user and system.")
      .seconds_of_us(process.cpu_us);
  out.gauge("process_resident_memory_bytes", "Memory that is really there.")
      .value(process.resident_bytes);
  out.gauge("process_virtual_memory_bytes", "Address space.").value(process.virtual_bytes);
  out.gauge("process_open_fds", "Open file descriptors.").value(process.open_files);
  out.gauge("process_max_fds", "File descriptors that may be open.").value(process.open_files_max);
  out.gauge("process_threads", "Threads.").value(process.threads);
  out.gauge("process_start_time_seconds", "When the server started, since 1970.")
      .seconds_of_us(started_ms * 1000);
}

// Nothing but a checkpoint writes to the file of the database itself. 0: not known.
std::int64_t checkpointed_ms(const std::filesystem::path& database) {
  struct stat entry {};
  if (::stat(database.c_str(), &entry) != 0) return 0;
  return static_cast<std::int64_t>(entry.st_mtim.tv_sec) * 1000 + entry.st_mtim.tv_nsec / 1'000'000;
}

void write_connections(JsonWriter& out, const http::ServerStats& server) {
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  out.key("http").begin_object().key("connections").integer(integer(server.connections));
  out.key("event_streams").integer(integer(server.streams));
  out.key("requests_in_flight").integer(integer(server.queued + server.busy_workers));
  out.key("requests_refused").integer(integer(server.refused)).end_object();
}

void write_process(JsonWriter& out) {
  const ProcessFigures process = process_figures();
  out.key("process").begin_object().key("memory_bytes").integer(process.resident_bytes);
  out.key("cpu_us").integer(process.cpu_us).key("threads").integer(process.threads);
  out.key("open_files").integer(process.open_files);
  out.key("open_files_max").integer(process.open_files_max).end_object();
}

}  // namespace

DatabaseFigures read_figures(store::Store& store) {
  const auto found = store.read([](store::ReadTx& tx) -> Result<DatabaseFigures> {
    store::Statement version = tx.prepare("SELECT sqlite_version()");
    version.step();
    return DatabaseFigures{.sqlite = std::string(version.text(0)),
                           .records = crm::record_counts(tx)};
  });
  return found.ok() ? *found : DatabaseFigures();
}

void write_figures(MetricsText& out, const ProgramFigures& figures) {
  write_build(out, figures.database.sqlite);
  write_front(out, figures.server);
  out.gauge("kontor_disk_size_bytes", "Size of the disk of the data directory.")
      .value(disk_size_bytes(figures.data_dir));
  if (figures.database.records) write_records(out, *figures.database.records);
  write_backups(out, backup::read_status(figures.backups));
  if (figures.archive) write_archive(out, *figures.archive);
  write_targets(out, target_states(figures.backups, figures.targets));
  write_shipping(out, shipping_states(figures.backups, figures.targets));
  write_process(out, figures.started_ms);
}

void write_system(JsonWriter& out, const SystemFigures& figures) {
  out.key("revision").string(build_info().revision);
  out.key("started_at").string(format_instant(figures.started_ms));
  out.key("log_level").string(log_level_name(figures.level));
  const std::int64_t checkpoint_ms = checkpointed_ms(figures.database_file);
  out.key("checkpoint_at");
  if (checkpoint_ms > 0) out.string(format_instant(checkpoint_ms));
  else out.null();
  out.key("disk_bytes").integer(disk_size_bytes(figures.database_file.parent_path()));
  write_connections(out, figures.server);
  write_process(out);
  out.key("backups").raw(backup::to_json(backup::read_status(figures.backups)));
}

}  // namespace kontor::app
