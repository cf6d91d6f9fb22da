#include "crm/change_log.h"

#include "base/json_writer.h"
#include "crm/audit/audit_log.h"
#include "crm/shape.h"
#include "model/encode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;

bool same_lines(const Record& a, const Record& b) {
  if (a.lines.size() != b.lines.size()) return false;
  for (std::size_t i = 0; i < a.lines.size(); ++i)
    if (a.lines[i].id != b.lines[i].id || a.lines[i].values != b.lines[i].values) return false;
  return true;
}

void write_change(JsonWriter& out, const model::Field& field, const model::Value& from,
                  const model::Value& to) {
  out.key(field.name).begin_object().key("from");
  model::write_json(out, field, model::cell_of(from));
  out.key("to");
  model::write_json(out, field, model::cell_of(to));
  out.end_object();
}

}  // namespace

std::string diff_json(const Entity& entity, const Record* before, const Record& after) {
  if (before == nullptr) return "{}";
  std::string text;
  bool differs = before->deleted_at_ms.has_value() != after.deleted_at_ms.has_value();
  JsonWriter out(text);
  out.begin_object();
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    if (entity.fields[i].write == model::Write::computed || before->values[i] == after.values[i])
      continue;
    write_change(out, entity.fields[i], before->values[i], after.values[i]);
    differs = true;
  }
  if (!same_lines(*before, after)) {
    out.key("lines").begin_object().key("from");
    write_lines(out, *entity.lines, before->lines);
    out.key("to");
    write_lines(out, *entity.lines, after.lines);
    out.end_object();
    differs = true;
  }
  out.end_object();
  return differs ? text : std::string();
}

void log_change(store::WriteTx& tx, const Context& context, const Entity& entity,
                const Record& record, std::string_view action, std::string_view diff) {
  append_audit(tx, context,
               {.collection = entity.collection,
                .record = record.id,
                .action = action,
                .version = record.version,
                .content = diff});
}

}  // namespace kontor::crm
