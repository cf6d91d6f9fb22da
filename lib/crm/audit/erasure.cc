#include "crm/audit/erasure.h"

#include <algorithm>

#include "base/civil.h"
#include "base/json_writer.h"
#include "crm/audit/audit_log.h"
#include "crm/audit/erasure_traces.h"
#include "crm/audit/person.h"
#include "crm/rows.h"
#include "model/encode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Kind;
using model::Record;
using model::Value;
using store::Statement;
using store::WriteTx;

Value empty_value(const model::Field& field) {
  if (field.kind == Kind::tags) return std::string("[]");
  if (field.kind == Kind::custom) return std::string("{}");
  if (field.required) return std::string(k_erased_text);
  return {};
}

// The trail tells which fields were emptied, and not of what.
std::string erasure_diff(const Entity& entity, const Record& before, const Record& after) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    if (before.values[i] == after.values[i]) continue;
    out.key(entity.fields[i].name).begin_object().key("from").null().key("to");
    model::write_json(out, entity.fields[i], model::cell_of(after.values[i]));
    out.end_object();
  }
  out.end_object();
  return text;
}

bool touches_personal(const Entity& entity, const Json& diff) {
  return std::ranges::any_of(entity.fields, [&](const model::Field& field) {
    return field.personal && diff.find(field.name) != nullptr;
  });
}

class Eraser {
 public:
  Eraser(WriteTx& tx, const Organisation& organisation, const Context& context)
      : tx_(tx), organisation_(organisation), context_(context), traces_(tx) {}

  Result<Erased> run(const Uuid& id) {
    const PersonRecord person = TRY(find_person(tx_, id));
    erased_.erasure = {std::string(person.entity->collection), id, context_.now_ms};
    const std::vector<PersonRecord> records = records_of_person(tx_, person);
    for (const PersonRecord& record : records) {
      empty_history(record);
      empty_fields(record);
      if (is_document(*record.entity)) continue;
      erased_.external_ids += forget_names(record);
      erased_.answers += traces_.empty_answers(record.id);
      traces_.rename_in_undo_reports(record.id);
    }
    erased_.import_rows = traces_.drop_import_rows();
    traces_.drop_statistics(organisation_);
    remember();
    return erased_;
  }

 private:
  // Before the change of now is added to it.
  void empty_history(const PersonRecord& record) {
    std::vector<std::int64_t> rows;
    {
      Statement row = tx_.prepare(
          "SELECT seq, diff FROM changes WHERE record_uid = ? AND version > 0 "
          "AND diff NOT IN ('', '{}') AND action <> 'erase'");
      row.with(store::Blob{record.id.blob()});
      while (row.step()) {
        const auto diff = parse_json(row.text(1));
        if (diff.ok() && is_document(*record.entity) && !touches_personal(*record.entity, *diff))
          continue;
        if (diff.ok()) traces_.add_history(*record.entity, *diff);
        rows.push_back(row.integer(0));
      }
    }
    for (const std::int64_t seq : rows)
      tx_.prepare("UPDATE changes SET diff = '', salt = NULL WHERE seq = ?").with(seq).run();
    erased_.changes += static_cast<std::int64_t>(rows.size());
  }

  void empty_fields(const PersonRecord& record) {
    const Entity& entity = *record.entity;
    const Record before = *load_row(tx_, entity, record.id);
    traces_.add_record(entity, before);
    Record after = before;
    for (std::size_t i = 0; i < entity.fields.size(); ++i)
      if (entity.fields[i].personal) after.values[i] = empty_value(entity.fields[i]);
    if (after.values == before.values) return;
    after.version = before.version + 1;
    after.updated_at_ms = context_.now_ms;
    write_row(tx_, organisation_, context_, entity, &before, after);
    append_audit(tx_, context_,
                 {.collection = entity.collection,
                  .record = record.id,
                  .action = "erase",
                  .version = after.version,
                  .content = erasure_diff(entity, before, after)});
    ++erased_.records;
  }

  std::int64_t forget_names(const PersonRecord& record) {
    {
      Statement row =
          tx_.prepare("SELECT key FROM external_ids WHERE collection = ? AND record_id = ?");
      row.with(record.entity->collection, record.row_id);
      while (row.step()) traces_.add_key(row.text(0));
    }
    tx_.prepare("DELETE FROM external_ids WHERE collection = ? AND record_id = ?")
        .with(record.entity->collection, record.row_id)
        .run();
    return tx_.changes();
  }

  void remember() {
    tx_.prepare(
           "INSERT INTO erasures (collection, record_uid, at) VALUES (?, ?, ?) "
           "ON CONFLICT (collection, record_uid) DO UPDATE SET at = max(at, excluded.at)")
        .with(std::string_view(erased_.erasure.collection), store::Blob{erased_.erasure.id.blob()},
              erased_.erasure.at_ms)
        .run();
    record_event(tx_, context_, "erasures", erased_.erasure.id, "erase", to_json(erased_));
  }

  WriteTx& tx_;
  const Organisation& organisation_;
  const Context& context_;
  ErasureTraces traces_;
  Erased erased_;
};

// A record that this database does not have may still come: with a whole export.
bool is_pending(store::ReadTx& tx, const Erasure& erasure) {
  if (!find_person(tx, erasure.id).ok()) return false;
  Statement row =
      tx.prepare("SELECT 1 FROM erasures WHERE collection = ? AND record_uid = ? AND at >= ?");
  row.with(std::string_view(erasure.collection), store::Blob{erasure.id.blob()}, erasure.at_ms);
  return !row.step();
}

}  // namespace

Result<Erased> erase_person(WriteTx& tx, const Organisation& organisation, const Context& context,
                            const Uuid& id) {
  return Eraser(tx, organisation, context).run(id);
}

std::string to_json(const Erased& erased) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id").string(erased.erasure.id.text());
  out.key("collection").string(erased.erasure.collection);
  out.key("at").string(format_instant(erased.erasure.at_ms));
  out.key("records").integer(erased.records).key("changes").integer(erased.changes);
  out.key("external_ids").integer(erased.external_ids);
  out.key("import_rows").integer(erased.import_rows);
  out.key("answers").integer(erased.answers).end_object();
  return text;
}

std::vector<Erasure> list_erasures(store::ReadTx& tx) {
  std::vector<Erasure> all;
  Statement row =
      tx.prepare("SELECT collection, record_uid, at FROM erasures ORDER BY collection, record_uid");
  while (row.step())
    all.push_back({std::string(row.text(0)), Uuid::from_blob(row.blob(1)), row.integer(2)});
  return all;
}

std::vector<Erasure> pending_erasures(store::ReadTx& tx, std::vector<Erasure> wanted) {
  std::erase_if(wanted, [&](const Erasure& erasure) { return !is_pending(tx, erasure); });
  return wanted;
}

Result<std::int64_t> erase_again(WriteTx& tx, const Organisation& organisation,
                                 const Context& context, const std::vector<Erasure>& wanted) {
  const std::vector<Erasure> pending = pending_erasures(tx, wanted);
  for (const Erasure& erasure : pending) TRY(erase_person(tx, organisation, context, erasure.id));
  return static_cast<std::int64_t>(pending.size());
}

}  // namespace kontor::crm
