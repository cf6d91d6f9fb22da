#include "crm/organisation/organisation_record.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/civil.h"
#include "crm/audit/audit_log.h"
#include "crm/organisation/organisation_field.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_group = "address.";

const FixedField* find_fixed(std::span<const FixedField> fixed, std::string_view field) {
  const auto found = std::find_if(fixed.begin(), fixed.end(),
                                  [&](const FixedField& one) { return one.name == field; });
  return found == fixed.end() ? nullptr : &*found;
}

std::string_view value_of(const OrganisationRecord& record, std::string_view field) {
  const auto found = record.values.find(field);
  return found == record.values.end() ? std::string_view() : std::string_view(found->second);
}

std::string columns(std::string_view between) {
  std::string text;
  for (const OrganisationField& field : organisation_fields())
    text.append(text.empty() ? "" : ", ").append(field.column).append(between);
  return text;
}

bool is_there(store::ReadTx& tx) {
  return tx.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'organisation'")
      .step();
}

void write_organisation(store::WriteTx& tx, const OrganisationRecord& record) {
  Statement row =
      tx.prepare("UPDATE organisation SET " + columns(" = ?") + ", version = ?, updated_at = ?");
  int index = 0;
  for (const OrganisationField& field : organisation_fields()) {
    const std::string_view value = value_of(record, field.name);
    ++index;
    value.empty() ? row.bind(index, nullptr) : row.bind(index, value);
  }
  row.bind(index + 1, record.version).bind(index + 2, record.updated_at_ms);
  row.run();
}

// Takes a patch into a record; what is wrong is collected, to be told at once.
class PatchReader {
 public:
  PatchReader(OrganisationRecord& record, const CurrentOrganisation& current)
      : record_(record), current_(current), now_(current.now()) {}

  Result<void> read(const Json& patch) {
    for (const auto& [name, value] : *patch.object()) {
      if (name + "." == k_group) read_group(value);
      else read_field(name, "/" + pointer_step(name), value);
    }
    if (errors_.empty()) return {};
    const std::string message = errors_.front().detail;
    return Error{.code = Code::invalid,
                 .message = message,
                 .kind = "validation_failed",
                 .fields = std::move(errors_)};
  }

 private:
  void refuse(std::string pointer, std::string code, std::string detail) {
    errors_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }

  void read_group(const Json& group) {
    if (group.is_null()) {
      for (const OrganisationField& field : organisation_fields())
        if (field.name.starts_with(k_group)) record_.values.erase(std::string(field.name));
      return;
    }
    if (group.object() == nullptr) return refuse("/address", "wrong_type", "Must be an object.");
    for (const auto& [name, value] : *group.object())
      read_field(std::string(k_group) + name, "/address/" + pointer_step(name), value);
  }

  void read_field(const std::string& name, std::string pointer, const Json& value) {
    const OrganisationField* field = find_organisation_field(name);
    const bool is_dotted = pointer.find('.') != std::string::npos;
    if (field == nullptr || is_dotted)
      return refuse(std::move(pointer), "unknown_field", "There is no such field.");
    if (!value.is_null() && value.string() == nullptr)
      return refuse(std::move(pointer), "wrong_type", "Must be a string, or null.");
    CheckedText checked =
        check_organisation_text(*field, value.is_null() ? std::string_view() : *value.string());
    if (checked.fault)
      return refuse(std::move(pointer), checked.fault->code, checked.fault->detail);
    take(*field, std::move(pointer), std::move(checked.text));
  }

  // What is fixed may be sent back as it is.
  void take(const OrganisationField& field, std::string pointer, std::string text) {
    if (const FixedField* fixed = find_fixed(current_.fixed(), field.name)) {
      if (text == text_of(field, *now_)) return;
      return refuse(std::move(pointer), "fixed",
                    "Is set by " + fixed->origin + ", and can be changed there alone.");
    }
    if (text.empty()) record_.values.erase(std::string(field.name));
    else record_.values[std::string(field.name)] = std::move(text);
  }

  OrganisationRecord& record_;
  const CurrentOrganisation& current_;
  const std::shared_ptr<const Organisation> now_;
  std::vector<FieldError> errors_;
};

void write_or_null(JsonWriter& out, std::string_view text) {
  text.empty() ? out.null() : out.string(text);
}

// As the change of a record shows it.
std::string diff_of(const OrganisationRecord& before, const OrganisationRecord& after) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const OrganisationField& field : organisation_fields()) {
    const std::string_view from = value_of(before, field.name), to = value_of(after, field.name);
    if (from == to) continue;
    out.key(field.name).begin_object().key("from");
    write_or_null(out, from);
    out.key("to");
    write_or_null(out, to);
    out.end_object();
  }
  out.end_object();
  return text;
}

}  // namespace

OrganisationRecord read_organisation(store::ReadTx& tx) {
  OrganisationRecord record;
  if (!is_there(tx)) return record;
  Statement row = tx.prepare("SELECT " + columns("") + ", version, updated_at FROM organisation");
  if (!row.step()) return record;
  int column = 0;
  for (const OrganisationField& field : organisation_fields()) {
    if (!row.is_null(column)) record.values[std::string(field.name)] = row.text(column);
    ++column;
  }
  record.version = row.integer(column);
  record.updated_at_ms = row.integer(column + 1);
  return record;
}

Result<Organisation> resolve(const OrganisationRecord& record, std::span<const FixedField> fixed) {
  Organisation organisation;
  for (const OrganisationField& field : organisation_fields()) {
    const FixedField* set = find_fixed(fixed, field.name);
    const std::string_view value = set != nullptr ? set->value : value_of(record, field.name);
    if (!value.empty()) TRY(put_text(field, std::string(value), organisation));
  }
  return organisation;
}

std::string origin_of(const OrganisationRecord& record, std::span<const FixedField> fixed,
                      std::string_view field) {
  if (const FixedField* set = find_fixed(fixed, field)) return set->origin;
  return value_of(record, field).empty() ? "default" : std::string(k_organisation);
}

void write_fields(JsonWriter& out, const Organisation& organisation) {
  bool is_open = false;
  for (const OrganisationField& field : organisation_fields()) {
    const bool is_grouped = field.name.starts_with(k_group);
    if (is_grouped && !is_open) out.key("address").begin_object();
    if (!is_grouped && is_open) out.end_object();
    is_open = is_grouped;
    out.key(is_grouped ? field.name.substr(k_group.size()) : field.name);
    write_or_null(out, text_of(field, organisation));
  }
  if (is_open) out.end_object();
}

std::string to_json(const OrganisationRecord& record, const CurrentOrganisation& current) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("version").integer(record.version).key("updated_at");
  record.updated_at_ms == 0 ? out.null() : out.string(format_instant(record.updated_at_ms));
  const auto organisation = resolve(record, current.fixed());
  write_fields(out, organisation.ok() ? *organisation : *current.now());
  out.key("origins").begin_object();
  for (const OrganisationField& field : organisation_fields())
    if (!field.setting.empty())
      out.key(field.name).string(origin_of(record, current.fixed(), field.name));
  out.end_object().end_object();
  return text;
}

Result<OrganisationRecord> change_organisation(store::WriteTx& tx, const Context& context,
                                               CurrentOrganisation& current, const Json& patch,
                                               std::optional<std::int64_t> if_version) {
  const OrganisationRecord before = read_organisation(tx);
  if (if_version && *if_version != before.version)
    return Error{.code = Code::stale,
                 .message = "The organisation was changed meanwhile: it is at version " +
                            std::to_string(before.version) + ".",
                 .current = to_json(before, current)};
  OrganisationRecord after = before;
  TRY(PatchReader(after, current).read(patch));
  if (after.values == before.values) return before;
  ++after.version;
  after.updated_at_ms = context.now_ms;
  const Organisation next = TRY(resolve(after, current.fixed()));
  write_organisation(tx, after);
  append_audit(tx, context,
               {.collection = k_organisation,
                .action = "update",
                .version = after.version,
                .content = diff_of(before, after)});
  tx.after_commit([&current, next] { current.replace(next); });
  return after;
}

}  // namespace kontor::crm
