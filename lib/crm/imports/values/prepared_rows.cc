#include "crm/imports/values/prepared_rows.h"

#include <utility>

#include "base/currency.h"
#include "base/fold.h"

namespace kontor::crm {
namespace {

using FormKind = ColumnForm::Kind;

class PreparedRows final : public RowSource {
 public:
  PreparedRows(std::unique_ptr<RowSource> rows, std::vector<std::string> header,
               std::vector<ColumnForm> forms, std::size_t currency_at, std::string_view currency)
      : rows_(std::move(rows)),
        header_(std::move(header)),
        forms_(std::move(forms)),
        currency_at_(currency_at),
        currency_(currency) {}

  Result<std::vector<std::string>> header() override { return header_; }

  std::optional<SourceRow> next() override {
    auto row = rows_->next();
    if (!row || row->fault) return row;
    note_currency(*row);
    for (std::size_t i = 0; i < forms_.size() && i < row->cells.size(); ++i) {
      if (forms_[i].kind == FormKind::text) continue;
      auto plain = prepared(forms_[i], trim(row->cells[i]));
      if (!plain || *plain == row->cells[i]) continue;
      if (row->written.empty()) row->written = row->cells;
      row->cells[i] = *std::move(plain);
    }
    return row;
  }

 private:
  // The lines of an order that follow its first row name no currency of their own.
  void note_currency(const SourceRow& row) {
    if (currency_at_ < row.cells.size() && !trim(row.cells[currency_at_]).empty())
      currency_ = std::string(trim(row.cells[currency_at_]));
  }

  std::optional<std::string> prepared(const ColumnForm& form, std::string_view cell) const {
    if (cell.empty()) return std::nullopt;
    switch (form.kind) {
      case FormKind::number: return plain_number(cell, form.mark);
      case FormKind::rate:
        // No rate has thousands: the only mark is that of its decimals.
        return plain_number(cell, cell.find('.') == std::string_view::npos ? DecimalMark::comma
                                                                           : DecimalMark::point);
      case FormKind::minor_units: return major(cell);
      case FormKind::date: return plain_date(cell, form.order);
      case FormKind::instant: return plain_instant(cell, form.order);
      case FormKind::text: break;
    }
    return std::nullopt;
  }

  std::optional<std::string> major(std::string_view cell) const {
    const auto exponent = currency_exponent(currency_);
    return exponent ? major_from_minor(cell, *exponent) : std::nullopt;
  }

  std::unique_ptr<RowSource> rows_;
  std::vector<std::string> header_;
  std::vector<ColumnForm> forms_;
  std::size_t currency_at_;
  std::string currency_;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_prepared(std::istream& file, std::string_view file_name,
                                                 const Reading& reading,
                                                 const model::Entity& entity,
                                                 const Mapping& mapping,
                                                 std::string_view currency) {
  const std::istream::pos_type start = file.tellg();
  OpenedRows opened = TRY(open_source(file, file_name, reading));
  opened.rows = shaped_rows(std::move(opened.rows), mapping.shape);
  std::vector<std::string> header = TRY(opened.rows->header());
  ColumnSurvey survey(entity, mapping, opened.format);
  Reading settled = reading;
  if (opened.format == "jsonl" && settled.decimal.empty()) settled.decimal = "point";
  if (survey.is_needed()) {
    while (const auto row = opened.rows->next()) survey.look_at(*row);
    file.clear();
    file.seekg(start);
    opened = TRY(open_source(file, file_name, reading));
    opened.rows = shaped_rows(std::move(opened.rows), mapping.shape);
    header = TRY(opened.rows->header());
  }
  std::vector<ColumnForm> forms = TRY(survey.conclude(settled, currency));
  const std::size_t currency_at = mapping.column_of("currency").value_or(header.size());
  return std::unique_ptr<RowSource>(std::make_unique<PreparedRows>(
      std::move(opened.rows), std::move(header), std::move(forms), currency_at, currency));
}

}  // namespace kontor::crm
