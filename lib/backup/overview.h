// Lists of backups as text and as JSON, for the command line and the API.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "backup/catalogue.h"
#include "backup/status.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace kontor::backup {

// {"folder", "count", "bytes", "backups": [...], "status": {...}}.
Result<std::string> overview_json(const std::filesystem::path& folder, const Keyring& keys = {});

// {"data": [...], "status": {...}, "targets": […], "archive": {…}, "archive_targets": […], "job":
// …}: the same without the place on the disk, as the API lists it. `job`: JSON of what is being
// done about them; `targets`: of where they are copied to (delivery.h). `archive`,
// `archive_targets`: of the archive, and of its way to the targets (archive_shipping.h).
struct ListParts {
  std::string job;
  std::string targets;
  std::string archive;
  std::string archive_targets;
};
Result<std::string> list_json(const std::filesystem::path& folder, const ListParts& parts,
                              const Keyring& keys = {});

// The members of one entry, into an object that is open.
void write_entry(JsonWriter& out, const Entry& entry);

// A line for a person: "last backup 2026-11-21T03:00:00Z, 48112 rows, 1.2 MB (nightly)". Names what
// failed since.
std::string backup_line(const Status& status);
// "last proven restore 2026-11-21T03:00:09Z, 1.5 s, 48112 rows"; or what it found.
std::string proof_line(const Status& status);

// "1 segment", "5 segments".
std::string counted(std::int64_t count, std::string_view what);
// "1.2 MB"; one decimal, rounded down.
std::string readable_bytes(std::int64_t bytes);
// "1.5 s".
std::string readable_duration(std::int64_t ms);

}  // namespace kontor::backup
