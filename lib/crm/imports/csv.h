// A streaming reader of CSV files as people have them: RFC 4180 and its usual relatives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

namespace kontor::crm {

// One row. With a fault the cells are what could be read of it, good for showing only.
struct CsvRow {
  std::int64_t number = 0;  // counted in rows as a spreadsheet does; the header is row 1
  std::vector<std::string> cells;
  std::optional<FieldError> fault{};  // pointer empty; the code says why the row cannot be used
};

// Delimiter comma, semicolon, tab or bar, told by the header; UTF-8 with or without a byte order
// mark; rows end with LF, CRLF or CR; a cell in quotes may hold delimiters, line breaks and "".
// A row that does not fit the header is a faulty row, never a row with shifted cells:
// ragged_row, text_after_quote, unterminated_quote, nul_byte, invalid_utf8, cell_too_large,
// row_too_large. Empty lines are passed over (they count as rows). Memory is bounded by one row.
// Not thread-safe; the stream must outlive it.
class CsvReader {
 public:
  explicit CsvReader(std::istream& in) : in_(in) {}

  // Reads the first row; call once, before next(). Code::malformed: no header, a faulty one, or a
  // file that is not text.
  Result<std::vector<std::string>> header();

  // The next row that is not empty; nullopt at the end of the file.
  std::optional<CsvRow> next();

  char delimiter() const { return delimiter_; }

 private:
  enum class State { cell_start, plain, quoted, quote_in_quoted, after_quote };

  int peek();
  int take();
  void fill();
  void sniff_delimiter();
  Result<void> check_start();
  bool read_row(CsvRow& row);          // false: nothing left
  bool read_char(CsvRow& row, int c);  // true: the row is complete
  void add(CsvRow& row, char c);
  void end_cell(CsvRow& row);
  static void fail(CsvRow& row, std::string_view code, std::string_view detail);

  std::istream& in_;
  std::array<char, 65536> buffer_{};
  std::size_t at_ = 0, end_ = 0;
  char delimiter_ = ',';
  std::size_t width_ = 0;  // cells of the header; 0 while it is being read
  std::int64_t row_ = 0;
  State state_ = State::cell_start;
  std::string cell_;
  std::size_t row_bytes_ = 0;
  bool any_quote_ = false;
};

// Appends one row, quoted where needed, ended with CRLF as RFC 4180 has it.
void append_csv_row(std::string& out, const std::vector<std::string>& cells);

}  // namespace kontor::crm
