// A table as the importer takes it back: a column per field under its name, money in major units of
// the record's currency, dates as ISO 8601. Behind the id of another record stands what a person
// calls it. An order is a row for each of its lines: the first one has the columns of the order,
// the others only its id.
#include "base/civil.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/uuid.h"
#include "crm/exports/csv_form.h"
#include "crm/exports/export_rows.h"
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

std::string cell_text(const Field& field, const Statement& row, int column, int exponent) {
  if (row.is_null(column)) return "";
  switch (field.kind) {
    case Kind::money: return format_decimal(row.integer(column), exponent);
    case Kind::unit_price: return format_decimal(row.integer(column), exponent + k_quantity_places);
    case Kind::reference: return Uuid::from_blob(row.blob(column)).text();
    case Kind::tags: return row.text(column) == "[]" ? "" : std::string(row.text(column));
    case Kind::custom: return row.text(column) == "{}" ? "" : std::string(row.text(column));
    default: return model::to_text(field, stored_cell(row, column));
  }
}

std::string instant_text(const Statement& row, int column) {
  return row.is_null(column) ? "" : format_instant(row.integer(column));
}

TableColumn table_column(const Field& field) {
  const auto of_kind = [&](CellKind kind) {
    return TableColumn{.name = std::string(field.name), .kind = kind};
  };
  switch (field.kind) {
    case Kind::integer:
    case Kind::money:
    case Kind::unit_price:
    case Kind::quantity:
    case Kind::rate: return of_kind(CellKind::number);
    case Kind::date: return of_kind(CellKind::date);
    case Kind::instant: return of_kind(CellKind::instant);
    default: return of_kind(CellKind::text);
  }
}

// A reference whose record has a name to show, and how that is asked for; nullopt: another field,
// or one whose name is kept from the caller.
struct Named {
  std::string column, sql;
  std::vector<std::int64_t> holders;  // parameters behind the id: whose records have a name
};
std::optional<Named> named_reference(const Principal& principal, const Field& field) {
  const Entity* target = model::find_entity(field.target);
  constexpr std::string_view ending = "_id";
  if (field.kind != Kind::reference || target == nullptr || !field.name.ends_with(ending))
    return std::nullopt;
  const auto title = model::find_field(*target, target->title);
  if (principal.rights.field(*target, *title) == FieldAccess::hidden) return std::nullopt;
  const RowPredicate seen = rows_within(principal, *target, Act::read);
  const std::string_view stem = field.name.substr(0, field.name.size() - ending.size());
  return Named{.column = std::string(stem) + "_" + std::string(target->title),
               .sql = "SELECT t." + std::string(target->title) + " FROM " +
                      std::string(target->collection) + " t WHERE t.uid = ?" + seen.and_sql(),
               .holders = seen.parameters};
}

class TableRows final : public ExportRows {
 public:
  // `shape` is what is shown; `list` selects the currency besides.
  TableRows(store::ReadTx& tx, const Principal& principal, Shape shape, ListStatement list,
            bool whole, RowForm& form)
      : tx_(tx),
        shape_(std::move(shape)),
        entity_(*shape_.entity),
        whole_(whole),
        form_(form),
        currency_(model::find_field(entity_, "currency")),
        list_(std::move(list)),
        row_(tx.prepare(list_.sql)) {
    bind(row_, list_);
    if (shape_.lines) lines_sql_ = lines_select(*entity_.lines, entity_);
    for (const Field& field : entity_.fields) named_.push_back(named_reference(principal, field));
  }

  void begin(std::string& out) override {
    std::vector<TableColumn> columns = {{.name = "id"}};
    if (shape_.version) columns.push_back({.name = "version", .kind = CellKind::number});
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
      if (!shape_.fields[i]) continue;
      columns.push_back(table_column(entity_.fields[i]));
      if (named_[i]) columns.push_back({.name = named_[i]->column});
    }
    if (shape_.created_by) columns.push_back({.name = "created_by"});
    if (shape_.created_at) columns.push_back({.name = "created_at", .kind = CellKind::instant});
    if (shape_.updated_at) columns.push_back({.name = "updated_at", .kind = CellKind::instant});
    if (whole_) columns.push_back({.name = "deleted_at", .kind = CellKind::instant});
    own_columns_ = columns.size();
    if (shape_.lines) add_line_columns(columns);
    columns_ = columns.size();
    form_.begin(out, entity_.collection, columns);
  }

  bool next(std::string& out) override {
    if (!row_.step()) return false;
    const int exponent = exponent_of_row();
    std::vector<std::string> cells = own_cells(exponent);
    if (!shape_.lines) {
      form_.row(out, cells);
      return true;
    }
    append_lines(out, std::move(cells), exponent);
    return true;
  }

 private:
  void add_line_columns(std::vector<TableColumn>& columns) const {
    if (whole_) columns.push_back({.name = std::string(k_line_prefix) + "id"});
    for (std::size_t i = 0; i < entity_.lines->fields.size(); ++i) {
      if (!shows_line_field(i)) continue;
      columns.push_back(table_column(entity_.lines->fields[i]));
      columns.back().name.insert(0, k_line_prefix);
    }
  }

  bool shows_line_field(std::size_t i) const {
    return shape_.line_fields.empty() || shape_.line_fields[i];
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
    int mark = 1;
    for (const std::int64_t holder : named.holders) title.bind(++mark, holder);
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
    if (whole_) cells.push_back(instant_text(row_, column::deleted_at));
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
      if (whole_) cells.push_back(Uuid::from_blob(line.blob(1)).text());
      for (std::size_t i = 0; i < entity_.lines->fields.size(); ++i) {
        if (!shows_line_field(i)) continue;
        const int column = 2 + static_cast<int>(i);
        cells.push_back(cell_text(entity_.lines->fields[i], line, column, exponent));
      }
      form_.row(out, cells);
    }
    if (any) return;
    cells.resize(columns_);
    form_.row(out, cells);
  }

  store::ReadTx& tx_;
  const Shape shape_;
  const Entity& entity_;
  const bool whole_;
  RowForm& form_;
  const std::optional<std::size_t> currency_;
  const ListStatement list_;
  Statement row_;
  std::string lines_sql_;
  std::vector<std::optional<Named>> named_;  // by field
  std::size_t own_columns_ = 0, columns_ = 0;
};

// TableRows with a form of their own.
class CsvRows final : public ExportRows {
 public:
  CsvRows(std::unique_ptr<CsvForm> form, std::unique_ptr<ExportRows> rows)
      : form_(std::move(form)), rows_(std::move(rows)) {}
  void begin(std::string& out) override { rows_->begin(out); }
  bool next(std::string& out) override { return rows_->next(out); }

 private:
  std::unique_ptr<CsvForm> form_;
  std::unique_ptr<ExportRows> rows_;
};

}  // namespace

Result<std::unique_ptr<ExportRows>> open_table_rows(store::ReadTx& tx, const Principal& principal,
                                                    const ListQuery& query, bool whole,
                                                    RowForm& form) {
  TRY(require(principal, *query.entity, Act::export_rows));
  Shape shape = TRY(shape_of(principal, *query.entity, query.fields, {}));
  Shape selected = shape;
  if (const auto currency = model::find_field(*query.entity, "currency"))
    selected.fields[*currency] = true;
  const RowPredicate rows = rows_within(principal, *query.entity, Act::export_rows);
  return std::unique_ptr<ExportRows>(std::make_unique<TableRows>(
      tx, principal, std::move(shape), each_statement(query, selected, rows), whole, form));
}

Result<std::unique_ptr<ExportRows>> open_csv_rows(store::ReadTx& tx, const Principal& principal,
                                                  const ListQuery& query, const ExportForm& form) {
  auto csv = std::make_unique<CsvForm>(form.delimiter, form.bom);
  auto rows = TRY(open_table_rows(tx, principal, query, form.whole, *csv));
  return std::unique_ptr<ExportRows>(std::make_unique<CsvRows>(std::move(csv), std::move(rows)));
}

}  // namespace kontor::crm
