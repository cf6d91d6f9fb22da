#include "crm/rows.h"
#include "base/check.h"

#include <algorithm>
#include <map>

#include "base/email.h"
#include "base/fold.h"
#include "base/phone.h"
#include "crm/access/record_access.h"
#include "crm/shape.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Record;
using model::Value;
using store::Statement;

struct ColumnNames {
  std::string own, fold, norm;
};

// Of the fields of an entity, put together once.
const std::vector<ColumnNames>& columns_of(const Entity& entity) {
  static const auto all = [] {
    std::map<const Entity*, std::vector<ColumnNames>> made;
    const auto add = [&made](const Entity& each) {
      for (const Field& field : each.fields) {
        const std::string own = model::column_of(field);
        made[&each].push_back({.own = own, .fold = own + "_fold", .norm = own + "_norm"});
      }
    };
    for (const Entity* each : model::entities()) {
      add(*each);
      if (each->lines != nullptr) add(*each->lines);
    }
    return made;
  }();
  return all.at(&entity);
}

// A column, whose name outlives this, and what goes into it. Values are owned, since SQLite reads
// them when the statement runs.
struct Assignment {
  std::string_view column;
  Value value;
  bool blob = false;
};

bool is_integral(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::money:
    case Kind::unit_price:
    case Kind::quantity:
    case Kind::rate:
    case Kind::instant: return true;
    default: return false;
  }
}

Value value_at(const Field& field, const Statement& row, int index) {
  if (row.is_null(index)) return {};
  if (field.kind == Kind::reference) return Uuid::from_blob(row.blob(index)).text();
  if (is_integral(field.kind)) return row.integer(index);
  return std::string(row.text(index));
}

Value normal_form(const Organisation& organisation, const Field& field, const Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  auto normal =
      field.kind == Kind::email ? normal_email(*text) : normal_phone(*text, organisation.country);
  return normal ? Value(*std::move(normal)) : Value();
}

std::string search_text(const Entity& entity, const Record& record) {
  std::string text;
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    if (!entity.fields[i].search || model::is_null(record.values[i])) continue;
    if (!text.empty()) text += ' ';
    text += record.text(i);
  }
  return fold_search(text);
}

bool searchable(const Entity& entity) {
  return std::any_of(entity.fields.begin(), entity.fields.end(),
                     [](const Field& f) { return f.search; });
}

void add_field(std::vector<Assignment>& out, store::ReadTx& tx, const Organisation& organisation,
               const Field& field, const ColumnNames& column, const Value& value) {
  if (field.kind == Kind::reference && !model::is_null(value)) {
    const auto id = Uuid::parse(std::get<std::string>(value));
    Statement find = tx.prepare("SELECT id FROM " + std::string(field.target) + " WHERE uid = ?");
    find.with(store::Blob{id->blob()});
    CHECK(find.step());  // resolve_references has seen it in this transaction
    out.push_back({column.own, find.integer(0)});
    return;
  }
  out.push_back({column.own, value});
  if (model::has_fold(field)) {
    const std::string* text = std::get_if<std::string>(&value);
    out.push_back({column.fold, text != nullptr ? fold_search(*text) : std::string()});
  }
  if (model::has_norm(field)) out.push_back({column.norm, normal_form(organisation, field, value)});
}

// More than the columns of any table that belong to no field.
constexpr std::size_t k_columns_beside_fields = 8;

// The columns of `record` that differ from `before` (all of them if there is none).
std::vector<Assignment> assignments(store::ReadTx& tx, const Organisation& organisation,
                                    const Entity& entity, const Record* before,
                                    const Record& record) {
  const std::vector<ColumnNames>& columns = columns_of(entity);
  std::vector<Assignment> out;
  out.reserve(2 * columns.size() + k_columns_beside_fields);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Field& field = entity.fields[i];
    if (field.write == model::Write::computed) continue;
    if (before != nullptr && before->values[i] == record.values[i]) continue;
    add_field(out, tx, organisation, field, columns[i], record.values[i]);
  }
  if (searchable(entity)) {
    std::string text = search_text(entity, record);
    if (before == nullptr || search_text(entity, *before) != text)
      out.push_back({"search_fold", std::move(text)});
  }
  return out;
}

void bind(Statement& statement, int index, const Assignment& assignment) {
  if (const auto* integer = std::get_if<std::int64_t>(&assignment.value)) {
    statement.bind(index, *integer);
  } else if (const auto* text = std::get_if<std::string>(&assignment.value)) {
    assignment.blob ? statement.bind(index, store::Blob{*text})
                    : statement.bind(index, std::string_view(*text));
  } else {
    statement.bind(index, nullptr);
  }
}

std::int64_t insert_row(store::WriteTx& tx, std::string_view table,
                        const std::vector<Assignment>& values) {
  std::string sql = "INSERT INTO ", marks;
  sql.append(table);
  for (const Assignment& value : values) {
    sql.append(marks.empty() ? " (" : ", ").append(value.column);
    marks.append(marks.empty() ? "?" : ", ?");
  }
  Statement insert = tx.prepare(sql.append(") VALUES (").append(marks).append(")"));
  for (std::size_t i = 0; i < values.size(); ++i) bind(insert, static_cast<int>(i) + 1, values[i]);
  insert.run();
  return tx.last_insert_id();
}

void update_row(store::WriteTx& tx, std::string_view table, std::int64_t row_id,
                const std::vector<Assignment>& values) {
  std::string sets;
  for (const Assignment& value : values)
    sets.append(sets.empty() ? "" : ", ").append(value.column).append(" = ?");
  Statement update = tx.prepare("UPDATE " + std::string(table) + " SET " + sets + " WHERE id = ?");
  for (std::size_t i = 0; i < values.size(); ++i) bind(update, static_cast<int>(i) + 1, values[i]);
  update.bind(static_cast<int>(values.size()) + 1, row_id).run();
}

std::string blob_text(const Uuid& id) { return std::string(id.blob()); }

const Record* find_line(const Record* before, const Uuid& id) {
  if (before == nullptr) return nullptr;
  for (const Record& line : before->lines)
    if (line.id == id) return &line;
  return nullptr;
}

bool sees_target(store::ReadTx& tx, const Principal& principal, const Field& field,
                 const Uuid& id) {
  const Entity* target = model::find_entity(field.target);
  return target == nullptr || reach_of(principal, *target, Act::read) == Reach::all ||
         visible(tx, principal, *target, id);
}

bool lines_differ(const Record& before, const Record& after) {
  return !std::equal(
      before.lines.begin(), before.lines.end(), after.lines.begin(), after.lines.end(),
      [](const Record& a, const Record& b) { return a.id == b.id && a.values == b.values; });
}

// Old lines are moved out of the way first: (order, position) is unique at every moment.
void clear_positions(store::WriteTx& tx, const Entity& owner, const Record& before,
                     const Record& after) {
  const std::string table(owner.lines->collection);
  const std::string key = std::string(owner.name) + "_id";
  tx.prepare("UPDATE " + table + " SET position = position + 1000000 WHERE " + key + " = ?")
      .with(before.row_id)
      .run();
  for (const Record& line : before.lines) {
    const bool kept = std::any_of(after.lines.begin(), after.lines.end(),
                                  [&](const Record& l) { return l.id == line.id; });
    if (!kept) tx.prepare("DELETE FROM " + table + " WHERE id = ?").with(line.row_id).run();
  }
}

void write_lines_of(store::WriteTx& tx, const Organisation& organisation, const Entity& owner,
                    const Record* before, Record& record) {
  const Entity& lines = *owner.lines;
  const std::string owner_column = std::string(owner.name) + "_id";
  if (before != nullptr) {
    if (!lines_differ(*before, record)) return;
    clear_positions(tx, owner, *before, record);
  }
  for (std::size_t i = 0; i < record.lines.size(); ++i) {
    Record& line = record.lines[i];
    const Record* old = find_line(before, line.id);
    std::vector<Assignment> values = assignments(tx, organisation, lines, old, line);
    values.push_back({"position", static_cast<std::int64_t>(i)});
    if (old != nullptr) {
      line.row_id = old->row_id;
      update_row(tx, lines.collection, line.row_id, values);
    } else {
      values.push_back({"uid", blob_text(line.id), true});
      values.push_back({owner_column, record.row_id});
      line.row_id = insert_row(tx, lines.collection, values);
    }
  }
}

void load_lines(store::ReadTx& tx, const Entity& owner, Record& record) {
  const Entity& lines = *owner.lines;
  Statement row = tx.prepare(whole_record(owner).select_lines);
  row.with(record.row_id);
  while (row.step()) {
    Record line;
    line.row_id = row.integer(0);
    line.id = Uuid::from_blob(row.blob(1));
    line.version = 1;  // an old line: fields that are fixed at creation stay fixed
    for (std::size_t i = 0; i < lines.fields.size(); ++i)
      line.values.push_back(value_at(lines.fields[i], row, 2 + static_cast<int>(i)));
    record.lines.push_back(std::move(line));
  }
}

}  // namespace

std::optional<Record> load_row(store::ReadTx& tx, const Entity& entity, const Uuid& id) {
  Statement row = tx.prepare(whole_record(entity).select_by_id);
  row.with(store::Blob{id.blob()});
  if (!row.step()) return std::nullopt;
  Record record;
  record.row_id = row.integer(column::row_id);
  record.id = id;
  record.version = row.integer(column::version);
  record.created_at_ms = row.integer(column::created_at);
  record.updated_at_ms = row.integer(column::updated_at);
  if (!row.is_null(column::deleted_at)) record.deleted_at_ms = row.integer(column::deleted_at);
  for (std::size_t i = 0; i < entity.fields.size(); ++i)
    record.values.push_back(
        value_at(entity.fields[i], row, column::first_field + static_cast<int>(i)));
  if (entity.lines != nullptr) load_lines(tx, entity, record);
  return record;
}

bool id_is_taken(store::ReadTx& tx, std::string_view collection, const Uuid& id) {
  Statement row = tx.prepare("SELECT 1 FROM " + std::string(collection) + " WHERE uid = ?");
  row.with(store::Blob{id.blob()});
  return row.step();
}

std::optional<std::int64_t> live_row_id(store::ReadTx& tx, std::string_view collection,
                                        const Uuid& id) {
  Statement row = tx.prepare("SELECT id FROM " + std::string(collection) +
                             " WHERE uid = ? AND deleted_at IS NULL");
  row.with(store::Blob{id.blob()});
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

std::optional<Uuid> id_of_row(store::ReadTx& tx, std::string_view collection, std::int64_t row_id) {
  Statement row = tx.prepare("SELECT uid FROM " + std::string(collection) + " WHERE id = ?");
  row.with(row_id);
  if (!row.step()) return std::nullopt;
  return Uuid::from_blob(row.blob(0));
}

bool sees_all_references(const Principal& principal, const Entity& entity) {
  const auto sees_target = [&](const Field& field) {
    const Entity* target = model::find_entity(field.target);
    return target == nullptr || reach_of(principal, *target, Act::read) == Reach::all;
  };
  return std::all_of(entity.fields.begin(), entity.fields.end(), sees_target) &&
         (entity.lines == nullptr || sees_all_references(principal, *entity.lines));
}

void check_references(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                      const Record* before, const Record& record, std::vector<FieldError>& errors,
                      const std::string& prefix) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& field = entity.fields[i];
    if (field.kind != Kind::reference || model::is_null(record.values[i])) continue;
    if (before != nullptr && before->values[i] == record.values[i]) continue;
    const auto id = Uuid::parse(record.text(i));
    if (id && live_row_id(tx, field.target, *id) && sees_target(tx, principal, field, *id))
      continue;
    errors.push_back({.pointer = prefix + model::pointer_of(field),
                      .code = "not_found",
                      .detail = "There is no such record in " + std::string(field.target) + "."});
  }
  for (std::size_t i = 0; i < record.lines.size(); ++i) {
    check_references(tx, principal, *entity.lines, find_line(before, record.lines[i].id),
                     record.lines[i], errors, prefix + "/lines/" + std::to_string(i));
  }
}

void write_row(store::WriteTx& tx, const Organisation& organisation, const Context& context,
               const Entity& entity, const Record* before, Record& record) {
  std::vector<Assignment> values = assignments(tx, organisation, entity, before, record);
  values.push_back({"version", record.version});
  values.push_back({"updated_at", record.updated_at_ms});
  if (before == nullptr || before->deleted_at_ms != record.deleted_at_ms)
    values.push_back({"deleted_at", record.deleted_at_ms ? Value(*record.deleted_at_ms) : Value()});
  if (before != nullptr) {
    update_row(tx, entity.collection, record.row_id, values);
  } else {
    values.push_back({"uid", blob_text(record.id), true});
    values.push_back({"created_at", record.created_at_ms});
    values.push_back({"created_by", context.actor_id ? Value(*context.actor_id) : Value()});
    record.row_id = insert_row(tx, entity.collection, values);
  }
  if (entity.lines != nullptr) write_lines_of(tx, organisation, entity, before, record);
}

}  // namespace kontor::crm
