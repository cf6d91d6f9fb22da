// Rows as the lines of a CSV file.
#pragma once

#include "crm/exports/row_form.h"
#include "crm/imports/csv.h"

namespace kontor::crm {

// `bom`: a byte order mark leads, without which some spreadsheets take UTF-8 for something else.
class CsvForm final : public RowForm {
 public:
  CsvForm(char delimiter, bool bom) : delimiter_(delimiter), bom_(bom) {}

  void begin(std::string& out, std::string_view, const std::vector<TableColumn>& columns) override {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const TableColumn& column : columns) names.push_back(column.name);
    if (bom_) out += "\xEF\xBB\xBF";
    append_csv_row(out, names, delimiter_);
  }
  void row(std::string& out, const std::vector<std::string>& cells) override {
    append_csv_row(out, cells, delimiter_);
  }

 private:
  char delimiter_;
  bool bom_;
};

}  // namespace kontor::crm
