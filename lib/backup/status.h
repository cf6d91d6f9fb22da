// What is known of the backups of a data directory: the last one made, and the last one proven.
// Kept in <backups>/status.json, so that a server, a command and a monitor tell the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "base/result.h"

namespace kontor::backup {

struct BackupRecord {
  std::string file;                 // its name; a path if it was made elsewhere
  std::int64_t at_ms = 0;           // the moment that it holds, milliseconds UTC
  std::int64_t bytes = 0;           // of the file
  std::int64_t database_bytes = 0;  // of the database in it
  std::int64_t rows = 0;            // of all tables
  std::int64_t duration_ms = 0;
  std::string reason;
  bool is_sealed = false;
  bool is_closed = false;  // sealed, and this machine has no key to prove it with
};

// A restore into a scratch folder, with every check that a restore makes.
struct ProofRecord {
  std::string file;
  std::int64_t at_ms = 0;  // when it began
  std::int64_t duration_ms = 0;
  std::int64_t rows = 0;
  bool passed = false;
  std::string finding;  // what is wrong, in a sentence; empty if it passed
};

struct FailureRecord {
  std::int64_t at_ms = 0;
  std::string what;
};

struct Status {
  std::optional<BackupRecord> last_backup;
  std::optional<ProofRecord> last_proof;          // passed or not
  std::optional<ProofRecord> last_passed_proof;   // the last one that did
  std::optional<ProofRecord> last_archive_proof;  // passed or not, whatever was proven since
  std::optional<FailureRecord> last_failure;      // of making a backup, if that was the last thing
};

// Empty if nothing was recorded yet, or if the record cannot be read: it is told, not trusted. One
// small file; any thread and process, also while another one records.
Status read_status(const std::filesystem::path& backups);

// Each changes its own part and leaves the rest. Safe among processes.
Result<void> record_backup(const std::filesystem::path& backups, const BackupRecord& record);
Result<void> record_failure(const std::filesystem::path& backups, const FailureRecord& record);
Result<void> record_proof(const std::filesystem::path& backups, const ProofRecord& record);

// ProofRecord::file of the archive.
inline constexpr std::string_view k_archive_proof = "archive";
// Nothing that was looked at last was found wrong: neither backup nor archive.
bool all_proofs_passed(const Status& status);

// A JSON object: {"last_backup": {…} or null, "last_proof": …, "last_passed_proof": …,
// "last_archive_proof": …, "last_failure": …}.
std::string to_json(const Status& status);
// The same members, into an object that is open.
void write_members(JsonWriter& out, const Status& status);

}  // namespace kontor::backup
