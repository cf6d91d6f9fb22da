#include "crm/imports/import_explain.h"

#include <algorithm>
#include <utility>

#include "base/fold.h"
#include "crm/imports/values/column_survey.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_samples = 3;
constexpr std::size_t k_sample_bytes = 60;

// On one line, and nothing that a terminal would obey. Not cut within a letter.
std::string shown(std::string_view text) {
  std::size_t end = std::min(text.size(), k_sample_bytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  std::string sample(text.substr(0, end));
  std::replace_if(
      sample.begin(), sample.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return end < text.size() ? sample + "…" : sample;
}

void add_sample(ExplainedColumn& column, std::string_view cell) {
  if (cell.empty()) return;
  ++column.filled;
  if (column.samples.size() >= k_samples) return;
  std::string sample = shown(cell);
  if (std::find(column.samples.begin(), column.samples.end(), sample) == column.samples.end())
    column.samples.push_back(std::move(sample));
}

void look_at(const SourceRow& row, ExplainedSheet& sheet) {
  ++sheet.rows;
  if (row.fault) {
    ++sheet.faulty;
    return;
  }
  const std::vector<std::string>& written = row.written.empty() ? row.cells : row.written;
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    const std::vector<std::string>& cells = i < written.size() ? written : row.cells;
    if (i < cells.size()) add_sample(sheet.columns[i], trim(cells[i]));
  }
}

void settle(const ColumnSurvey& survey, const Reading& reading, std::string_view currency,
            ExplainedSheet& sheet) {
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    ExplainedColumn& column = sheet.columns[i];
    const Result<ColumnForm> form = survey.form_of_column(i, reading, currency);
    if (!form.ok()) {
      column.problem = form.error().fields.front();
      continue;
    }
    column.dates = column.column.dates;  // the mapping's word, whatever the cells show
    column.decimal = column.column.decimal;
    if (!survey.is_told(i)) continue;
    using Kind = ColumnForm::Kind;
    if (form->kind == Kind::number)
      column.decimal = form->mark == DecimalMark::comma ? "comma" : "point";
    if (form->kind == Kind::date || form->kind == Kind::instant)
      column.dates = form->order == DateOrder::month_first ? "mdy" : "dmy";
  }
}

Result<ExplainedSheet> explain(OpenedRows opened, const model::Entity& entity, Mapping mapping,
                               const Reading& reading, std::string_view currency) {
  ExplainedSheet sheet{.format = std::string(opened.format),
                       .encoding = std::string(opened.encoding),
                       .delimiter = std::string(opened.rows->delimiter())};
  const auto rows = shaped_rows(std::move(opened.rows), mapping.shape);
  for (const Mapping::Column& column : mapping.columns) sheet.columns.push_back({.column = column});
  ColumnSurvey survey(entity, mapping, sheet.format);
  while (const auto row = rows->next()) {
    look_at(*row, sheet);
    survey.look_at(*row);
  }
  Reading settled = reading;
  if (sheet.format == "jsonl" && settled.decimal.empty()) settled.decimal = "point";
  settle(survey, settled, currency, sheet);
  sheet.mapping = std::move(mapping);
  return sheet;
}

bool is_readable(const ExplainedSheet& sheet) {
  return sheet.missing.empty() &&
         std::none_of(sheet.columns.begin(), sheet.columns.end(),
                      [](const ExplainedColumn& column) { return column.problem.has_value(); });
}

}  // namespace

bool ImportExplanation::is_ready() const {
  return is_readable(rows) && (!lines || is_readable(*lines));
}

Result<ImportExplanation> explain_import(const model::Entity& entity, const ImportOptions& options,
                                         std::string_view currency) {
  const MappingFile rules = TRY(parse_mapping(options.map_json));
  const bool has_lines = options.lines != nullptr && &entity == &model::order;
  OpenedRows opened = TRY(open_source(*options.file, options.file_name, options.reading));
  const std::vector<std::string> header = TRY(opened.rows->header());
  std::optional<OpenedRows> line_rows;
  std::vector<std::string> line_header;
  if (has_lines) {
    line_rows = TRY(open_source(*options.lines, "", options.reading));
    line_header = TRY(line_rows->rows->header());
  }
  ImportExplanation told{.collection = std::string(entity.collection),
                         .file_name = options.file_name};
  Mapping mapping = TRY(map_columns(entity, header, rules.rows, line_header));
  told.rows =
      TRY(explain(std::move(opened), entity, std::move(mapping), options.reading, currency));
  told.rows.missing = missing_columns(entity, told.rows.mapping);
  if (&entity == &model::order && !has_lines) {
    for (std::string& name : missing_line_columns(told.rows.mapping))
      told.rows.missing.push_back(std::move(name));
  }
  if (!has_lines) return told;
  Mapping line_mapping = TRY(map_line_columns(line_header, rules));
  told.lines = TRY(explain(*std::move(line_rows), model::order, std::move(line_mapping),
                           options.reading, currency));
  told.lines->missing = missing_line_columns(told.lines->mapping);
  if (!told.rows.mapping.has("external_id")) told.rows.missing.emplace_back("external_id");
  return told;
}

}  // namespace kontor::crm
