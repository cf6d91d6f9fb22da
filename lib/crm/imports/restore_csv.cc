// CSV files of a whole export: exports/csv_rows.cc backwards.
#include <algorithm>
#include <utility>

#include "base/currency.h"
#include "base/decimal.h"
#include "crm/imports/csv.h"
#include "crm/imports/restore_reader.h"
#include "model/decode.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Record;

constexpr std::string_view k_line_prefix = "line.";
constexpr std::string_view k_metadata[] = {"id",         "version",    "created_by",
                                           "created_at", "updated_at", "deleted_at"};

// Where a column goes.
struct Column {
  enum class To { nothing, metadata, field, line_id, line_field } to = To::nothing;
  std::size_t field = 0;
};

bool names_a_record(const Entity& entity, std::string_view name) {
  return std::any_of(entity.fields.begin(), entity.fields.end(), [&](const Field& field) {
    const Entity* target = model::find_entity(field.target);
    if (field.kind != Kind::reference || target == nullptr) return false;
    const std::string_view stem = field.name.substr(0, field.name.size() - 2);  // "customer_"
    return name == std::string(stem) + std::string(target->title);
  });
}

std::optional<Column> column_named(const Entity& entity, const std::string& name) {
  if (std::find(std::begin(k_metadata), std::end(k_metadata), name) != std::end(k_metadata))
    return Column{Column::To::metadata};
  if (const auto field = model::find_field(entity, name)) return Column{Column::To::field, *field};
  if (entity.lines != nullptr && name.starts_with(k_line_prefix)) {
    const std::string part = name.substr(k_line_prefix.size());
    if (part == "id") return Column{Column::To::line_id};
    if (const auto field = model::find_field(*entity.lines, part))
      return Column{Column::To::line_field, *field};
  }
  if (names_a_record(entity, name)) return Column{};
  return std::nullopt;
}

model::Decoded decimal_of(std::string_view text, int places) {
  const auto amount = parse_decimal(text, places);
  if (amount) return {.value = *amount};
  return {.value = {}, .error = FieldError{"", "invalid_number", "Is no such amount."}};
}

model::Decoded value_of(const Field& field, std::string_view text, int exponent) {
  if (field.kind == Kind::money) return decimal_of(text, exponent);
  if (field.kind == Kind::unit_price) return decimal_of(text, exponent + k_quantity_places);
  return model::from_text(field, text);
}

// Rows, of which none may be faulty.
class Rows {
 public:
  Rows(std::istream& file, char delimiter) : reader_(file, {.delimiter = delimiter}) {}

  Result<std::vector<std::string>> header() { return reader_.header(); }

  Result<std::optional<CsvRow>> next() {
    auto row = reader_.next();
    if (!row) return std::optional<CsvRow>();
    number_ = row->number;
    if (row->fault) return bad_record("", row->fault->detail);
    return row;
  }

  std::int64_t number() const { return number_; }

 private:
  CsvReader reader_;
  std::int64_t number_ = 0;
};

class CsvRecords final : public RestoreReader {
 public:
  CsvRecords(std::istream& file, char delimiter, const Entity& entity)
      : rows_(file, delimiter), entity_(entity), blank_(model::blank(entity)) {
    if (entity.lines != nullptr) blank_line_ = model::blank(*entity.lines);
  }

  Result<void> open() {
    names_ = TRY(rows_.header());
    for (const std::string& name : names_) {
      const auto column = column_named(entity_, name);
      if (!column) return bad_record(name, "There is no such column here.");
      columns_.push_back(*column);
    }
    std::vector<std::string> wanted(std::begin(k_metadata), std::end(k_metadata));
    if (entity_.lines != nullptr) wanted.push_back(std::string(k_line_prefix) + "id");
    for (const std::string& name : wanted)
      if (std::find(names_.begin(), names_.end(), name) == names_.end())
        return bad_record(name, "The column is missing: this is no file of `export all`.");
    id_ = static_cast<std::size_t>(std::find(names_.begin(), names_.end(), "id") - names_.begin());
    const auto currency = std::find(names_.begin(), names_.end(), "currency");
    if (currency != names_.end()) currency_ = static_cast<std::size_t>(currency - names_.begin());
    return {};
  }

  // An order goes on as long as rows repeat its id.
  Result<bool> next(Record& record) override {
    if (!ahead_) ahead_ = TRY(rows_.next());
    if (!ahead_) return false;
    const CsvRow head = *std::exchange(ahead_, std::nullopt);
    line_ = head.number;
    record = blank_;
    const int exponent = exponent_of(head);
    TRY(set_own(head, exponent, record));
    TRY(check_metadata(record));
    if (entity_.lines == nullptr) return true;
    TRY(add_line(head, exponent, record));
    while ((ahead_ = TRY(rows_.next())) && ahead_->cells[id_] == head.cells[id_])
      TRY(add_line(*ahead_, exponent, record));
    return true;
  }

  std::int64_t line() const override { return ahead_ ? line_ : rows_.number(); }

 private:
  int exponent_of(const CsvRow& row) const {
    return currency_ ? currency_exponent(row.cells[*currency_]).value_or(0) : 0;
  }

  // An empty cell leaves what an empty record has.
  static Result<void> set_value(const Field& field, std::string_view text, int exponent,
                                model::Value& value) {
    if (text.empty() && (field.kind == Kind::tags || field.kind == Kind::custom)) return {};
    if (field.write == model::Write::computed) return {};
    if (text.empty()) {
      value = model::Value();
      return {};
    }
    model::Decoded decoded = value_of(field, text, exponent);
    if (decoded.error) return bad_record(field.name, decoded.error->detail);
    value = std::move(decoded.value);
    return {};
  }

  Result<void> set_own(const CsvRow& row, int exponent, Record& record) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t field = columns_[i].field;
      if (names_[i] == "created_by") {
        TRY(set_created_by(row.cells[i]));
      } else if (columns_[i].to == Column::To::metadata) {
        TRY(set_metadata(record, names_[i], row.cells[i]));
      } else if (columns_[i].to == Column::To::field) {
        TRY(set_value(entity_.fields[field], row.cells[i], exponent, record.values[field]));
      }
    }
    return {};
  }

  // The only row of an order without lines has none in it.
  Result<void> add_line(const CsvRow& row, int exponent, Record& record) const {
    Record line = blank_line_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t field = columns_[i].field;
      if (columns_[i].to == Column::To::line_id) {
        if (row.cells[i].empty()) return {};
        TRY(set_metadata(line, "id", row.cells[i]));
      } else if (columns_[i].to == Column::To::line_field) {
        TRY(set_value(entity_.lines->fields[field], row.cells[i], exponent, line.values[field]));
      }
    }
    record.lines.push_back(std::move(line));
    return {};
  }

  Rows rows_;
  const Entity& entity_;
  const Record blank_;
  Record blank_line_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  std::size_t id_ = 0;
  std::optional<std::size_t> currency_;
  std::optional<CsvRow> ahead_;
  std::int64_t line_ = 0;
};

class CsvNames final : public RestoredNames {
 public:
  CsvNames(std::istream& file, char delimiter) : rows_(file, delimiter) {}

  Result<void> open() {
    const std::vector<std::string> wanted = {"collection", "system", "key", "id"};
    if (TRY(rows_.header()) != wanted)
      return bad_record("", "The columns are not collection, system, key and id.");
    return {};
  }

  Result<bool> next(RestoredName& name) override {
    auto row = TRY(rows_.next());
    if (!row) return false;
    name = {.collection = std::move(row->cells[0]),
            .system = std::move(row->cells[1]),
            .key = std::move(row->cells[2]),
            .id = std::move(row->cells[3])};
    return true;
  }

  std::int64_t line() const override { return rows_.number(); }

 private:
  Rows rows_;
};

}  // namespace

Result<std::unique_ptr<RestoreReader>> open_restored_csv(std::istream& file, char delimiter,
                                                         const Entity& entity) {
  auto records = std::make_unique<CsvRecords>(file, delimiter, entity);
  TRY(records->open());
  return std::unique_ptr<RestoreReader>(std::move(records));
}

Result<std::unique_ptr<RestoredNames>> open_restored_csv_names(std::istream& file, char delimiter) {
  auto names = std::make_unique<CsvNames>(file, delimiter);
  TRY(names->open());
  return std::unique_ptr<RestoredNames>(std::move(names));
}

}  // namespace kontor::crm
