#include "crm/imports/restore_reader.h"

#include "base/civil.h"
#include "base/decimal.h"

namespace kontor::crm {
namespace {

Result<void> set_instant(std::int64_t& at_ms, std::string_view name, std::string_view text) {
  const auto parsed = parse_instant(text);
  if (!parsed) return bad_record(name, "Must be a time as in RFC 3339.");
  at_ms = *parsed;
  return {};
}

Result<void> set_id(model::Record& record, std::string_view text) {
  const auto id = Uuid::parse(text);
  if (!id || *id == Uuid{}) return bad_record("id", "Must be the id (a UUID) of a record.");
  record.id = *id;
  return {};
}

Result<void> set_version(model::Record& record, std::string_view text) {
  const auto version = parse_decimal(text, 0);
  if (!version || *version < 1) return bad_record("version", "Must be a whole number from 1.");
  record.version = *version;
  return {};
}

}  // namespace

Error bad_record(std::string_view field, std::string_view detail) {
  return {.code = Code::invalid,
          .message = std::string(field) + (field.empty() ? "" : ": ") + std::string(detail),
          .kind = "bad_export"};
}

Result<bool> set_metadata(model::Record& record, std::string_view name, std::string_view text) {
  if (name == "id") {
    TRY(set_id(record, text));
  } else if (name == "version") {
    TRY(set_version(record, text));
  } else if (name == "created_at") {
    TRY(set_instant(record.created_at_ms, name, text));
  } else if (name == "updated_at") {
    TRY(set_instant(record.updated_at_ms, name, text));
  } else if (name == "deleted_at") {
    if (!text.empty()) TRY(set_instant(record.deleted_at_ms.emplace(), name, text));
  } else {
    return false;
  }
  return true;
}

Result<void> RestoreReader::set_created_by(std::string_view text) {
  created_by_ = Uuid::parse(text);
  if (!text.empty() && !created_by_) return bad_record("created_by", "Must be the id of a user.");
  return {};
}

Result<void> check_metadata(const model::Record& record) {
  if (record.id == Uuid{}) return bad_record("id", "Is missing.");
  if (record.version == 0) return bad_record("version", "Is missing.");
  return {};
}

}  // namespace kontor::crm
