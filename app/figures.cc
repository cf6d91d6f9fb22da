#include "figures.h"

#include <sys/statvfs.h>

#include <string>

#include "base/process_figures.h"
#include "build_info.h"
#include "composition.h"

namespace kontor::app {
namespace {

std::int64_t disk_size_bytes(const std::filesystem::path& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return 0;
  return static_cast<std::int64_t>(disk.f_blocks) * static_cast<std::int64_t>(disk.f_frsize);
}

void write_build(MetricsText& out) {
  const BuildInfo& build = build_info();
  const std::string schema = std::to_string(schema_version());
  out.gauge("kontor_build_info", "1; its labels say what is running.")
      .value(1, {{"version", build.version}, {"revision", build.revision}, {"schema", schema}});
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

}  // namespace

void write_figures(MetricsText& out, const ProgramFigures& figures) {
  write_build(out);
  write_front(out, figures.server);
  out.gauge("kontor_disk_size_bytes", "Size of the disk of the data directory.")
      .value(disk_size_bytes(figures.data_dir));
  write_process(out, figures.started_ms);
}

}  // namespace kontor::app
