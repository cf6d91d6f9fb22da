#include "backup/overview.h"

#include <array>
#include <vector>

#include "base/civil.h"

namespace kontor::backup {
namespace {

std::string to_the_second(std::int64_t ms) { return format_instant(ms).substr(0, 19) + "Z"; }

// One decimal of value / unit.
std::string tenths(std::int64_t value, std::int64_t unit) {
  return std::to_string(value / unit) + "." + std::to_string(value % unit * 10 / unit);
}

void write_entries(JsonWriter& out, const std::vector<Entry>& entries) {
  out.begin_array();
  for (const Entry& entry : entries) {
    out.begin_object();
    write_entry(out, entry);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string counted(std::int64_t count, std::string_view what) {
  return std::to_string(count).append(" ").append(what).append(count == 1 ? "" : "s");
}

std::string readable_bytes(std::int64_t bytes) {
  struct Unit {
    std::int64_t bytes;
    const char* name;
  };
  constexpr std::array<Unit, 3> k_units = {
      {{1'000'000'000, " GB"}, {1'000'000, " MB"}, {1'000, " kB"}}};
  for (const Unit& unit : k_units) {
    if (bytes >= unit.bytes) return tenths(bytes, unit.bytes) + unit.name;
  }
  return std::to_string(bytes) + " bytes";
}

std::string readable_duration(std::int64_t ms) { return tenths(ms, 1000) + " s"; }

void write_entry(JsonWriter& out, const Entry& entry) {
  out.key("file").string(entry.name()).key("taken_at").string(format_instant(entry.taken_at_ms));
  out.key("bytes").integer(entry.bytes).key("readable").boolean(entry.is_readable());
  out.key("sealed").boolean(!entry.locks.empty()).key("closed").boolean(entry.is_closed);
  if (!entry.is_readable()) {
    out.key("trouble").string(entry.trouble);
    return;
  }
  const Manifest& manifest = entry.manifest;
  out.key("database_bytes").integer(manifest.files.front().bytes);
  out.key("files").integer(static_cast<std::int64_t>(manifest.files.size()));
  out.key("rows").integer(manifest.contents.rows());
  out.key("schema_version").integer(manifest.contents.schema_version);
  out.key("program").string(manifest.program).key("reason").string(manifest.reason);
}

Result<std::string> overview_json(const std::filesystem::path& folder, const Keyring& keys) {
  const auto entries = TRY(list_backups(folder, keys));
  std::int64_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry.bytes;
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("folder").string(folder.native());
  out.key("count").integer(static_cast<std::int64_t>(entries.size())).key("bytes").integer(bytes);
  write_entries(out.key("backups"), entries);
  out.key("status").raw(to_json(read_status(folder))).end_object();
  return text;
}

Result<std::string> list_json(const std::filesystem::path& folder, const ListParts& parts,
                              const Keyring& keys) {
  const auto entries = TRY(list_backups(folder, keys));
  std::string text;
  JsonWriter out(text);
  write_entries(out.begin_object().key("data"), entries);
  out.key("status").raw(to_json(read_status(folder))).key("targets").raw(parts.targets);
  out.key("archive").raw(parts.archive).key("archive_targets").raw(parts.archive_targets);
  out.key("job").raw(parts.job).end_object();
  return text;
}

std::string backup_line(const Status& status) {
  std::string line = "no backup yet";
  if (const auto& last = status.last_backup) {
    line = "last backup " + to_the_second(last->at_ms) + ", " + std::to_string(last->rows) +
           " rows, " + readable_bytes(last->bytes) + " (" + last->reason +
           (last->is_sealed ? ", sealed)" : ")");
  }
  if (status.last_failure) {
    line += "; the one of " + to_the_second(status.last_failure->at_ms) +
            " failed: " + status.last_failure->what;
  }
  return line;
}

std::string proof_line(const Status& status) {
  const auto& last = status.last_proof;
  if (status.last_backup && status.last_backup->is_closed) {
    return "the last backup is sealed and cannot be proved here: prove it where its key is";
  }
  if (!last) return "no restore proven yet";
  const auto& archive = status.last_archive_proof;
  if (archive && !archive->passed) {
    return "the restore drill of the archive of " + to_the_second(archive->at_ms) +
           " failed: " + archive->finding;
  }
  if (!last->passed) {
    return "the restore drill of " + to_the_second(last->at_ms) + " failed: " + last->finding;
  }
  return "last proven restore " + to_the_second(last->at_ms) + ", " +
         readable_duration(last->duration_ms) + ", " + std::to_string(last->rows) + " rows";
}

}  // namespace kontor::backup
