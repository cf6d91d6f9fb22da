// An item that failed, as the report and the error file tell it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "crm/imports/import_item.h"
#include "crm/imports/import_report.h"

namespace kontor::crm {

struct ImportFailure {
  std::int64_t position = 0;     // of the item in the file
  std::vector<RowError> errors;  // by row and column
  std::string cells;             // its rows as lines of the error file
};

ImportFailure failure_of(const ImportSource& source, const ImportItem& item, const Error& error);

// The first line of the error file: the file's columns and `_row,_error`.
std::string error_file_header(const ImportSource& source);

}  // namespace kontor::crm
