// What the program as a whole knows for /metrics: build, process, connections, records, room on the
// disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/metrics_text.h"
#include "crm/record_counts.h"
#include "http/server.h"
#include "store/store.h"

namespace kontor::app {

struct DatabaseFigures {
  std::string sqlite;                        // its version
  std::optional<crm::RecordCounts> records;  // absent: they could not be read just now
};

struct ProgramFigures {
  http::ServerStats server;
  DatabaseFigures database;
  std::filesystem::path data_dir;
  std::filesystem::path backups;
  std::int64_t started_ms = 0;  // since 1970
};

DatabaseFigures read_figures(store::Store& store);

void write_figures(MetricsText& out, const ProgramFigures& figures);

}  // namespace kontor::app
