#include "crm/imports/import_before.h"

#include <map>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/json.h"
#include "model/decode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Record;

struct Step {
  std::int64_t seq = 0;
  bool created = false, by_import = false, by_undo = false;
  Json diff{};
};

// Newest first.
std::vector<Step> steps_of(store::ReadTx& tx, const Record& record, std::string_view import_tag,
                           std::string_view undo_tag) {
  store::Statement row = tx.prepare(
      "SELECT seq, version, action, request_id, diff FROM changes WHERE record_uid = ? "
      "ORDER BY seq DESC");
  row.with(store::Blob{record.id.blob()});
  std::vector<Step> steps;
  while (row.step()) {
    // What was erased at a person's wish is not put back.
    Result<Json> diff = parse_json(row.text(4).empty() ? "{}" : row.text(4));
    CHECK(diff.ok());  // only this program writes it
    steps.push_back({.seq = row.integer(0),
                     .created = row.integer(1) == 1,
                     .by_import = row.text(3) == import_tag && row.text(2) == "import",
                     .by_undo = row.text(3) == undo_tag,
                     .diff = *std::move(diff)});
  }
  return steps;
}

// Did the changes after the import leave anything other than they found it? Steps that cancel each
// other out, such as a payment that was taken back, leave nothing.
bool net_edit(const std::vector<Step>& steps, std::int64_t seq) {
  std::map<std::string, std::pair<Json, Json>> net;  // field → value after all, value before all
  for (const Step& step : steps) {
    if (step.seq <= seq) break;
    for (const auto& [name, change] : *step.diff.object()) {
      const auto [known, fresh] = net.try_emplace(name, *change.find("to"), *change.find("from"));
      if (!fresh) known->second.second = *change.find("from");
    }
  }
  for (const auto& [name, values] : net)
    if (!(values.first == values.second)) return true;
  return false;
}

Record line_of(const Entity& lines, const Json& json, const Record& now) {
  Record line = model::blank(lines);
  const Json* id = json.find("id");
  if (id != nullptr && id->string() != nullptr) {
    if (const auto parsed = Uuid::parse(*id->string())) line.id = *parsed;
  }
  for (const Record& known : now.lines)
    if (known.id == line.id) line = known;
  for (std::size_t i = 0; i < lines.fields.size(); ++i) {
    const Json* value = json.find(lines.fields[i].name);
    if (value != nullptr) line.values[i] = model::from_json(lines.fields[i], *value).value;
  }
  return line;
}

void put_back_lines(const Entity& entity, const Json& from, Record& record) {
  const Record now = record;
  record.lines.clear();
  for (const Json& line : *from.array()) record.lines.push_back(line_of(*entity.lines, line, now));
}

// False: a value is not what this step left, so it was changed without a trace.
bool put_back(const Entity& entity, const Step& step, Record& record) {
  for (const auto& [name, change] : *step.diff.object()) {
    if (name == "lines" && entity.lines != nullptr) {
      put_back_lines(entity, *change.find("from"), record);
      continue;
    }
    const auto field = model::find_field(entity, name);
    if (!field) continue;
    const Field& kind = entity.fields[*field];
    if (record.values[*field] != model::from_json(kind, *change.find("to")).value) return false;
    record.values[*field] = model::from_json(kind, *change.find("from")).value;
  }
  return true;
}

}  // namespace

ImportedRecord imported_record(store::ReadTx& tx, const Entity& entity, const Record& now,
                               std::int64_t seq, std::string_view import_tag,
                               std::string_view undo_tag) {
  const std::vector<Step> steps = steps_of(tx, now, import_tag, undo_tag);
  ImportedRecord found;
  found.before = now;
  found.edited = net_edit(steps, seq);
  for (const Step& step : steps) {
    if (step.seq > seq) {
      if (step.by_undo) found.taken_back = true;
      if (step.by_import) found.has_later_step = true;
      continue;
    }
    if (!step.by_import) break;
    if (step.created) found.created = true;
    else if (!found.edited && !put_back(entity, step, found.before)) found.edited = true;
  }
  return found;
}

}  // namespace kontor::crm
