#include "backup/status.h"

#include <functional>

#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/small_file.h"

namespace kontor::backup {
namespace {

// Five records of a few hundred bytes; a finding holds one sentence.
constexpr std::size_t k_status_bytes = 64 * 1024;

std::filesystem::path status_file(const std::filesystem::path& backups) {
  return backups / "status.json";
}

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::int64_t integer_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

bool boolean_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

std::int64_t instant_of(const Json& object) {
  return parse_instant(text_of(object, "at")).value_or(0);
}

BackupRecord backup_of(const Json& object) {
  return {.file = text_of(object, "file"),
          .at_ms = instant_of(object),
          .bytes = integer_of(object, "bytes"),
          .database_bytes = integer_of(object, "database_bytes"),
          .rows = integer_of(object, "rows"),
          .duration_ms = integer_of(object, "duration_ms"),
          .reason = text_of(object, "reason"),
          .is_sealed = boolean_of(object, "sealed"),
          .is_closed = boolean_of(object, "closed")};
}

ProofRecord proof_of(const Json& object) {
  return {.file = text_of(object, "file"),
          .at_ms = instant_of(object),
          .duration_ms = integer_of(object, "duration_ms"),
          .rows = integer_of(object, "rows"),
          .passed = boolean_of(object, "passed"),
          .finding = text_of(object, "finding")};
}

FailureRecord failure_of(const Json& object) {
  return {.at_ms = instant_of(object), .what = text_of(object, "what")};
}

template <class Record>
std::optional<Record> part(const Json& json, std::string_view name,
                           Record (*read)(const Json& object)) {
  const Json* object = json.find(name);
  if (object == nullptr || object->object() == nullptr) return std::nullopt;
  return read(*object);
}

void write(JsonWriter& out, const BackupRecord& record) {
  out.begin_object().key("file").string(record.file);
  out.key("at").string(format_instant(record.at_ms)).key("bytes").integer(record.bytes);
  out.key("database_bytes").integer(record.database_bytes).key("rows").integer(record.rows);
  out.key("duration_ms").integer(record.duration_ms);
  out.key("reason").string(record.reason).key("sealed").boolean(record.is_sealed);
  out.key("closed").boolean(record.is_closed).end_object();
}

void write(JsonWriter& out, const ProofRecord& record) {
  out.begin_object().key("file").string(record.file);
  out.key("at").string(format_instant(record.at_ms));
  out.key("duration_ms").integer(record.duration_ms).key("rows").integer(record.rows);
  out.key("passed").boolean(record.passed).key("finding").string(record.finding).end_object();
}

void write(JsonWriter& out, const FailureRecord& record) {
  out.begin_object().key("at").string(format_instant(record.at_ms));
  out.key("what").string(record.what).end_object();
}

template <class Record>
void write_part(JsonWriter& out, std::string_view name, const std::optional<Record>& record) {
  out.key(name);
  if (record) write(out, *record);
  else out.null();
}

Result<void> change(const std::filesystem::path& backups,
                    const std::function<void(Status&)>& apply) {
  TRY(make_folders(backups));
  const FileLock lock = TRY(FileLock::take(backups / ".lock"));
  Status status = read_status(backups);
  apply(status);
  return write_atomically(status_file(backups), to_json(status) + "\n");
}

}  // namespace

Status read_status(const std::filesystem::path& backups) {
  const auto text = read_small_file(status_file(backups).string(), k_status_bytes);
  if (!text.ok()) return {};
  const auto json = parse_json(*text);
  if (!json.ok()) return {};
  return {.last_backup = part(*json, "last_backup", backup_of),
          .last_proof = part(*json, "last_proof", proof_of),
          .last_passed_proof = part(*json, "last_passed_proof", proof_of),
          .last_archive_proof = part(*json, "last_archive_proof", proof_of),
          .last_failure = part(*json, "last_failure", failure_of)};
}

Result<void> record_backup(const std::filesystem::path& backups, const BackupRecord& record) {
  return change(backups, [&](Status& status) {
    status.last_backup = record;
    status.last_failure.reset();
  });
}

Result<void> record_failure(const std::filesystem::path& backups, const FailureRecord& record) {
  return change(backups, [&](Status& status) { status.last_failure = record; });
}

Result<void> record_proof(const std::filesystem::path& backups, const ProofRecord& record) {
  return change(backups, [&](Status& status) {
    status.last_proof = record;
    if (record.passed) status.last_passed_proof = record;
    if (record.file == k_archive_proof) status.last_archive_proof = record;
  });
}

bool all_proofs_passed(const Status& status) {
  const auto passed = [](const std::optional<ProofRecord>& proof) {
    return !proof || proof->passed;
  };
  return passed(status.last_proof) && passed(status.last_archive_proof);
}

void write_members(JsonWriter& out, const Status& status) {
  write_part(out, "last_backup", status.last_backup);
  write_part(out, "last_proof", status.last_proof);
  write_part(out, "last_passed_proof", status.last_passed_proof);
  write_part(out, "last_archive_proof", status.last_archive_proof);
  write_part(out, "last_failure", status.last_failure);
}

std::string to_json(const Status& status) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_members(out, status);
  out.end_object();
  return text;
}

}  // namespace kontor::backup
