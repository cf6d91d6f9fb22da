// What every file of an import comes to: names of columns, and rows of cells under them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

namespace kontor::crm {

// One row, UTF-8. With a fault the cells are what could be read of it, good for showing only.
struct SourceRow {
  // Where it stands in the file: of a table the row as a spreadsheet counts (the header is row 1),
  // else the line on which the record begins.
  std::int64_t number = 0;
  std::vector<std::string> cells;
  std::optional<FieldError> fault{};  // pointer empty; the code says why the row cannot be used
  // The cells as the file has them, if `cells` says the same in another form; else empty.
  std::vector<std::string> written{};
};

// Reads one file forwards, once. Memory is bounded by one record. Not thread-safe.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  // The names of the columns; call once, before next(). Code::malformed: this is no such file.
  virtual Result<std::vector<std::string>> header() = 0;
  // nullopt at the end. A row without a fault has as many cells as the header.
  virtual std::optional<SourceRow> next() = 0;
  // The sign between the cells of a row, once header() has been called; empty: there is none.
  virtual std::string_view delimiter() const { return {}; }
};

}  // namespace kontor::crm
