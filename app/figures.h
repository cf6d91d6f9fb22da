// What the program as a whole knows for /metrics and for the page on the server's health: build,
// process, connections, records, room on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backup/archiver.h"
#include "base/backup_target.h"
#include "base/json_writer.h"
#include "base/log.h"
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
  std::optional<backup::ArchiveFigures> archive;  // empty: none is kept
  std::filesystem::path data_dir;
  std::filesystem::path backups;
  std::vector<BackupTarget> targets;
  std::int64_t started_ms = 0;  // since 1970
};

DatabaseFigures read_figures(store::Store& store);

void write_figures(MetricsText& out, const ProgramFigures& figures);

struct SystemFigures {
  http::ServerStats server;
  std::filesystem::path database_file;
  std::filesystem::path backups;
  LogLevel level = LogLevel::info;
  std::int64_t started_ms = 0;  // since 1970
};

// Members of an object that is open (the schema System of the API).
void write_system(JsonWriter& out, const SystemFigures& figures);

}  // namespace kontor::app
