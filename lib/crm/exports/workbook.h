// Tables as the sheets of an Office Open XML workbook (.xlsx; ECMA-376, the parts that every
// spreadsheet reads). Text stays text: nothing in it is ever a formula.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zip_writer.h"
#include "crm/exports/row_form.h"

namespace kontor::crm {

// A sheet for each table, its header bold and kept in view. Numbers, dates and instants are such to
// the spreadsheet; a number of more than 15 digits and a date before March 1900 stay text, as
// spreadsheets would change them. A table that is too long for a sheet goes on in a further one.
// Used by one thread at a time.
class Workbook final : public RowForm {
 public:
  void begin(std::string& out, std::string_view table,
             const std::vector<TableColumn>& columns) override;
  void row(std::string& out, const std::vector<std::string>& cells) override;
  // Ends the last sheet and the file. At least one table has begun. Code::too_large: over 4 GiB.
  Result<void> finish(std::string& out);

 private:
  void begin_sheet(std::string& out, const std::string& name);
  void end_sheet(std::string& out);
  void append_row(std::string& out, const std::vector<std::string>& cells, bool header);
  void add_part(std::string& out, std::string_view name, std::string_view content);

  ZipWriter zip_;
  std::string table_;
  std::vector<TableColumn> columns_;
  std::vector<std::string> sheets_;  // their names
  int part_ = 0;                     // sheets of the table so far
  int rows_ = 0;                     // of the sheet so far; 0: no sheet is open
  std::string xml_;
};

}  // namespace kontor::crm
