// CSV as the importer takes it back: a column per field under its name, money in major units of the
// record's currency, dates as ISO 8601. Behind the id of another record stands what a person calls
// it. An order is a row for each of its lines: the first one has the columns of the order, the
// others only its id.
#include "base/civil.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/uuid.h"
#include "crm/exports/export_rows.h"
#include "crm/imports/csv.h"
#include "crm/list_sql.h"
#include "crm/shape.h"
#include "model/encode.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using store::Statement;

constexpr std::string_view k_line_prefix = "line.";
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

std::string cell_text(const Field& field, const Statement& row, int column, int exponent) {
  if (row.is_null(column)) return "";
  switch (field.kind) {
    case Kind::money: return format_decimal(row.integer(column), exponent);
    case Kind::unit_price: return format_decimal(row.integer(column), exponent + k_quantity_places);
    case Kind::reference: return Uuid::from_blob(row.blob(column)).text();
    case Kind::tags: return row.text(column) == "[]" ? "" : std::string(row.text(column));
    case Kind::custom: return row.text(column) == "{}" ? "" : std::string(row.text(column));
    default: return model::to_text(field, stored_cell(field, row, column));
  }
}

std::string instant_text(const Statement& row, int column) {
  return row.is_null(column) ? "" : format_instant(row.integer(column));
}

// A reference whose record has a name to show, and how that is asked for; nullopt: another field.
struct Named {
  std::string column, sql;
};
std::optional<Named> named_reference(const Field& field) {
  const Entity* target = model::find_entity(field.target);
  constexpr std::string_view ending = "_id";
  if (field.kind != Kind::reference || target == nullptr || !field.name.ends_with(ending))
    return std::nullopt;
  const std::string_view stem = field.name.substr(0, field.name.size() - ending.size());
  return Named{.column = std::string(stem) + "_" + std::string(target->title),
               .sql = "SELECT " + std::string(target->title) + " FROM " +
                      std::string(target->collection) + " WHERE uid = ?"};
}

class CsvRows final : public ExportRows {
 public:
  // `shape` is what is shown; `list` selects the currency besides.
  CsvRows(store::ReadTx& tx, Shape shape, ListStatement list, const ExportForm& form)
      : tx_(tx),
        shape_(std::move(shape)),
        entity_(*shape_.entity),
        form_(form),
        currency_(model::find_field(entity_, "currency")),
        list_(std::move(list)),
        row_(tx.prepare(list_.sql)) {
    bind(row_, list_);
    if (shape_.lines) lines_sql_ = lines_select(*entity_.lines, entity_);
    for (const Field& field : entity_.fields) named_.push_back(named_reference(field));
  }

  void begin(std::string& out) override {
    std::vector<std::string> names = {"id"};
    if (shape_.version) names.emplace_back("version");
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
      if (!shape_.fields[i]) continue;
      names.emplace_back(entity_.fields[i].name);
      if (named_[i]) names.push_back(named_[i]->column);
    }
    if (shape_.created_by) names.emplace_back("created_by");
    if (shape_.created_at) names.emplace_back("created_at");
    if (shape_.updated_at) names.emplace_back("updated_at");
    if (form_.whole) names.emplace_back("deleted_at");
    own_columns_ = names.size();
    if (shape_.lines) add_line_names(names);
    columns_ = names.size();
    if (form_.bom) out += k_byte_order_mark;
    append_csv_row(out, names, form_.delimiter);
  }

  bool next(std::string& out) override {
    if (!row_.step()) return false;
    const int exponent = exponent_of_row();
    std::vector<std::string> cells = own_cells(exponent);
    if (!shape_.lines) {
      append_csv_row(out, cells, form_.delimiter);
      return true;
    }
    append_lines(out, std::move(cells), exponent);
    return true;
  }

 private:
  void add_line_names(std::vector<std::string>& names) const {
    if (form_.whole) names.push_back(std::string(k_line_prefix) + "id");
    for (const Field& field : entity_.lines->fields)
      names.push_back(std::string(k_line_prefix) + std::string(field.name));
  }

  int exponent_of_row() const {
    if (!currency_) return 0;
    const int column = column::first_field + static_cast<int>(*currency_);
    return row_.is_null(column) ? 0 : currency_exponent(row_.text(column)).value_or(0);
  }

  std::string name_of(const Named& named, int column) const {
    if (row_.is_null(column)) return "";
    Statement title = tx_.prepare(named.sql);
    title.with(store::Blob{row_.blob(column)});
    return title.step() && !title.is_null(0) ? std::string(title.text(0)) : std::string();
  }

  std::vector<std::string> own_cells(int exponent) const {
    std::vector<std::string> cells;
    cells.reserve(columns_);
    cells.push_back(Uuid::from_blob(row_.blob(column::uid)).text());
    if (shape_.version) cells.push_back(std::to_string(row_.integer(column::version)));
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
      if (!shape_.fields[i]) continue;
      const int column = column::first_field + static_cast<int>(i);
      cells.push_back(cell_text(entity_.fields[i], row_, column, exponent));
      if (named_[i]) cells.push_back(name_of(*named_[i], column));
    }
    if (shape_.created_by)
      cells.push_back(row_.is_null(column::created_by)
                          ? ""
                          : Uuid::from_blob(row_.blob(column::created_by)).text());
    if (shape_.created_at) cells.push_back(instant_text(row_, column::created_at));
    if (shape_.updated_at) cells.push_back(instant_text(row_, column::updated_at));
    if (form_.whole) cells.push_back(instant_text(row_, column::deleted_at));
    return cells;
  }

  void append_lines(std::string& out, std::vector<std::string> cells, int exponent) const {
    const std::string id = cells.front();
    Statement line = tx_.prepare(lines_sql_);
    line.with(row_.integer(column::row_id));
    bool any = false;
    while (line.step()) {
      if (any) {
        cells.assign(own_columns_, "");
        cells.front() = id;
      }
      any = true;
      if (form_.whole) cells.push_back(Uuid::from_blob(line.blob(1)).text());
      int column = 2;
      for (const Field& field : entity_.lines->fields)
        cells.push_back(cell_text(field, line, column++, exponent));
      append_csv_row(out, cells, form_.delimiter);
    }
    if (any) return;
    cells.resize(columns_);
    append_csv_row(out, cells, form_.delimiter);
  }

  store::ReadTx& tx_;
  const Shape shape_;
  const Entity& entity_;
  const ExportForm form_;
  const std::optional<std::size_t> currency_;
  const ListStatement list_;
  Statement row_;
  std::string lines_sql_;
  std::vector<std::optional<Named>> named_;  // by field
  std::size_t own_columns_ = 0, columns_ = 0;
};

}  // namespace

Result<std::unique_ptr<ExportRows>> open_csv_rows(store::ReadTx& tx, const ListQuery& query,
                                                  const ExportForm& form) {
  Shape shape = TRY(shape_of(*query.entity, query.fields, {}));
  Shape selected = shape;
  if (const auto currency = model::find_field(*query.entity, "currency"))
    selected.fields[*currency] = true;
  return std::unique_ptr<ExportRows>(
      std::make_unique<CsvRows>(tx, std::move(shape), each_statement(query, selected), form));
}

}  // namespace kontor::crm
