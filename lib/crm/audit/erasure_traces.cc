#include "crm/audit/erasure_traces.h"

#include <utility>

#include "base/email.h"
#include "base/fold.h"
#include "base/phone.h"
#include "crm/audit/erasure.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using store::Statement;

// Shorter ones are in the rows of everybody.
constexpr std::size_t k_shortest = 4;

// Report of an undo: {"left":[{"id":…,"title":…},…]}. Null: the record is not in it.
Json renamed(Json report, const std::string& id) {
  bool found = false;
  JsonObject object = *report.object();
  for (auto& [name, value] : object) {
    if (name != "left" || value.array() == nullptr) continue;
    JsonArray left = *value.array();
    for (Json& item : left) {
      const Json* of = item.find("id");
      if (of == nullptr || of->string() == nullptr || *of->string() != id) continue;
      JsonObject members = *item.object();
      for (auto& [key, member] : members)
        if (key == "title") member = Json(std::string(k_erased_text));
      item = Json(std::move(members));
      found = true;
    }
    value = Json(std::move(left));
  }
  return found ? Json(std::move(object)) : Json();
}

}  // namespace

void ErasureTraces::add(const Field& field, const std::string& value) {
  if (!field.personal || value.size() < k_shortest || value == k_erased_text) return;
  if (field.kind == Kind::email) emails_.insert(value);
  else if (field.kind == Kind::phone) phones_.insert(value);
  else if (field.sort) names_.insert(value);  // what a record is listed by is its name
}

void ErasureTraces::add_record(const Entity& entity, const model::Record& record) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) add(entity.fields[i], record.text(i));
}

void ErasureTraces::add_history(const Entity& entity, const Json& diff) {
  for (const Field& field : entity.fields) {
    const Json* change = diff.find(field.name);
    if (change == nullptr) continue;
    for (const char* side : {"from", "to"}) {
      const Json* value = change->find(side);
      if (value != nullptr && value->string() != nullptr) add(field, *value->string());
    }
  }
}

std::int64_t ErasureTraces::drop_import_rows() {
  std::int64_t dropped = 0;
  for (const auto* words : {&names_, &emails_, &phones_}) {
    for (const std::string& word : *words) {
      tx_.prepare(
             "DELETE FROM import_errors WHERE instr(lower(cells), lower(?1)) OR "
             "instr(lower(errors), lower(?1))")
          .with(std::string_view(word))
          .run();
      dropped += tx_.changes();
    }
  }
  return dropped;
}

// The row stays: without it a client that asks again would write again.
std::int64_t ErasureTraces::empty_answers(const Uuid& id) {
  tx_.prepare("UPDATE idempotency SET body = '{}' WHERE instr(body, ?)")
      .with(std::string_view(id.text()))
      .run();
  return tx_.changes();
}

void ErasureTraces::rename_in_undo_reports(const Uuid& id) {
  std::vector<std::pair<std::int64_t, std::string>> reports;
  const std::string text = id.text();
  {
    Statement row = tx_.prepare("SELECT id, undo FROM imports WHERE instr(undo, ?)");
    row.with(std::string_view(text));
    while (row.step()) {
      auto report = parse_json(row.text(1));
      if (!report.ok() || report->object() == nullptr) continue;
      const Json without = renamed(*std::move(report), text);
      if (!without.is_null()) reports.emplace_back(row.integer(0), to_text(without));
    }
  }
  for (const auto& [import, report] : reports)
    tx_.prepare("UPDATE imports SET undo = ? WHERE id = ?")
        .with(std::string_view(report), import)
        .run();
}

// Samples of indexed values, which SQLite takes when it looks at how a table's values are spread.
void ErasureTraces::drop_statistics(const Organisation& organisation) {
  {
    Statement there = tx_.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat4'");
    if (!there.step()) return;
  }
  std::set<std::string> forms;
  for (const std::string& name : names_) forms.insert(fold_search(name));
  for (const std::string& email : emails_) {
    const auto normal = normal_email(email);
    if (!normal) continue;
    forms.insert(*normal);
    forms.insert(normal->substr(normal->find('@') + 1));  // there is an index of domains
  }
  for (const std::string& phone : phones_)
    if (auto normal = normal_phone(phone, organisation.country)) forms.insert(*std::move(normal));
  for (const std::string& form : forms)
    tx_.prepare("DELETE FROM sqlite_stat4 WHERE instr(sample, ?)").with(store::Blob{form}).run();
  for (const std::string& key : keys_)
    tx_.prepare("DELETE FROM sqlite_stat4 WHERE tbl = 'external_ids' AND instr(sample, ?)")
        .with(store::Blob{key})
        .run();
}

}  // namespace kontor::crm
