// What the program as a whole knows for /metrics: build, process, connections, room on the disk.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/metrics_text.h"
#include "http/server.h"

namespace kontor::app {

struct ProgramFigures {
  http::ServerStats server;
  std::filesystem::path data_dir;
  std::filesystem::path backups;
  std::int64_t started_ms = 0;  // since 1970
};

void write_figures(MetricsText& out, const ProgramFigures& figures);

}  // namespace kontor::app
