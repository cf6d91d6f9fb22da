#include "crm/schema_check.h"

#include <algorithm>
#include <map>

#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;

struct Column {
  std::string type;
  bool not_null = false;
  bool seen = false;
};
using Columns = std::map<std::string, Column>;

Columns columns_of(store::ReadTx& tx, std::string_view table) {
  Columns columns;
  store::Statement row = tx.prepare("SELECT name, type, \"notnull\" FROM pragma_table_xinfo(?)");
  row.with(table);
  while (row.step())
    columns[std::string(row.text(0))] = {std::string(row.text(1)), row.integer(2) != 0};
  return columns;
}

std::string_view type_of(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::money:
    case Kind::unit_price:
    case Kind::quantity:
    case Kind::rate:
    case Kind::instant:
    case Kind::reference: return "INTEGER";
    default: return "TEXT";
  }
}

class Check {
 public:
  Check(store::ReadTx& tx, const Entity& entity)
      : tx_(tx),
        table_(entity.collection),
        entity_(entity),
        columns_(columns_of(tx, entity.collection)) {}

  std::vector<std::string> run(bool is_line) {
    for (const Field& field : entity_.fields) check_field(field);
    expect("id", "INTEGER", false);
    expect("uid", "BLOB", true);
    if (is_line) {
      expect("position", "INTEGER", true);
    } else {
      for (const char* name : {"version", "created_at", "updated_at"})
        expect(name, "INTEGER", true);
      for (const char* name : {"deleted_at", "created_by", "holder_id"})
        expect(name, "INTEGER", false);
      expect("search_fold", "TEXT", true);
      for (const char* name : {"created_at", "updated_at"}) expect_index(name);
    }
    return std::move(found_);
  }

  // Columns that nothing speaks of; `known` are those of another entity's reference.
  void report_unknown(std::vector<std::string>& out, std::string_view known) const {
    for (const auto& [name, column] : columns_)
      if (!column.seen && name != known)
        out.push_back(table_ + "." + name + " belongs to no field.");
  }

 private:
  void check_field(const Field& field) {
    const std::string column = model::column_of(field);
    // A number is given by the rules before the row is written, so it is NOT NULL without being
    // asked for.
    expect(column, type_of(field.kind), field.required || field.sort);
    if (model::has_fold(field)) expect(column + "_fold", "TEXT", true);
    if (model::has_norm(field)) expect(column + "_norm", "TEXT", false);
    if (field.sort) expect_index(model::has_fold(field) ? column + "_fold" : column);
  }

  void expect(const std::string& name, std::string_view type, bool not_null) {
    const auto column = columns_.find(name);
    if (column == columns_.end()) {
      found_.push_back(table_ + "." + name + " is missing.");
      return;
    }
    column->second.seen = true;
    if (column->second.type != type)
      found_.push_back(table_ + "." + name + " is " + column->second.type + ", not " +
                       std::string(type) + ".");
    if (not_null && !column->second.not_null)
      found_.push_back(table_ + "." + name + " may be null.");
  }

  // Keyset order needs an index that begins with the column and goes on with the row id.
  void expect_index(const std::string& column) {
    store::Statement row = tx_.prepare(
        "SELECT 1 FROM pragma_index_list(?1) l WHERE "
        "(SELECT name FROM pragma_index_info(l.name) WHERE seqno = 0) = ?2 AND "
        "(SELECT name FROM pragma_index_info(l.name) WHERE seqno = 1) = 'id' AND l.partial = 1");
    row.bind(1, std::string_view(table_)).bind(2, std::string_view(column));
    if (!row.step()) found_.push_back(table_ + " has no index for the order by " + column + ".");
  }

  store::ReadTx& tx_;
  std::string table_;
  const Entity& entity_;
  Columns columns_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> schema_differences(store::ReadTx& tx) {
  std::vector<std::string> found;
  for (const Entity* entity : model::entities()) {
    Check check(tx, *entity);
    for (std::string& text : check.run(false)) found.push_back(std::move(text));
    check.report_unknown(found, "");
    if (entity->lines == nullptr) continue;
    Check lines(tx, *entity->lines);
    for (std::string& text : lines.run(true)) found.push_back(std::move(text));
    lines.report_unknown(found, std::string(entity->name) + "_id");
  }
  return found;
}

}  // namespace kontor::crm
