#include "crm/imports/import_failure.h"

#include <algorithm>

namespace kontor::crm {
namespace {

std::string header_of(const Mapping& mapping, const std::string& target) {
  const auto column = mapping.column_of(target);
  return column ? mapping.columns[*column].header : "";
}

// "/lines/2/quantity" stands in the row of that line, in the column of its quantity.
RowError located(const ImportSource& source, const ImportItem& item, const FieldError& field) {
  RowError error{.row = item.head.number, .code = field.code, .detail = field.detail};
  std::string target(field.pointer.empty() ? "" : field.pointer.substr(1));
  const std::string_view prefix = "lines/";
  if (!target.starts_with(prefix)) {
    std::replace(target.begin(), target.end(), '/', '.');
    error.column = header_of(source.mapping(), target);
    return error;
  }
  target.erase(0, prefix.size());
  const std::size_t slash = std::min(target.find('/'), target.size());
  std::size_t index = 0;
  for (const char digit : target.substr(0, slash))
    index = index * 10 + static_cast<std::size_t>(digit - '0');
  if (index < item.lines.size()) error.row = item.lines[index].number;
  if (source.has_lines_file()) error.file = "lines";
  if (slash < target.size())
    error.column = header_of(source.line_mapping(), "line." + target.substr(slash + 1));
  return error;
}

std::string told(const std::vector<RowError>& errors) {
  std::string text;
  for (const RowError& error : errors) {
    if (!text.empty()) text += "; ";
    if (!error.file.empty()) text += "row " + std::to_string(error.row) + " of the lines: ";
    if (!error.column.empty()) text += error.column + ": ";
    text += error.detail;
  }
  return text;
}

void append_row(const ImportSource& source, const CsvRow& row, const std::string& text,
                std::string& out) {
  const std::vector<std::string>& read = row.written.empty() ? row.cells : row.written;
  std::vector<std::string> cells;
  for (const std::size_t column : source.own_columns())
    cells.push_back(column < read.size() ? read[column] : std::string());
  cells.push_back(std::to_string(row.number));
  cells.push_back(text);
  append_csv_row(out, cells);
}

}  // namespace

// Every row of what failed is told, so that the file can be mended and imported again.
ImportFailure failure_of(const ImportSource& source, const ImportItem& item, const Error& error) {
  ImportFailure failure{.position = item.position, .errors = {}, .cells = {}};
  for (const FieldError& field : error.fields)
    failure.errors.push_back(located(source, item, field));
  if (error.fields.empty())
    failure.errors.push_back({.row = item.head.number,
                              .code = error.kind.empty() ? "failed" : error.kind,
                              .detail = error.message});
  const std::string text = told(failure.errors);
  if (item.rows.empty()) append_row(source, item.head, text, failure.cells);
  for (const CsvRow& row : item.rows) append_row(source, row, text, failure.cells);
  return failure;
}

std::string error_file_header(const ImportSource& source) {
  std::vector<std::string> cells;
  for (const std::size_t column : source.own_columns()) cells.push_back(source.header()[column]);
  cells.insert(cells.end(), {"_row", "_error"});
  std::string line;
  append_csv_row(line, cells);
  return line;
}

}  // namespace kontor::crm
