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

#include "base/result.h"
#include "crm/imports/formats/row_source.h"

namespace kontor::crm {

using CsvRow = SourceRow;

struct CsvOptions {
  std::optional<char> delimiter{};      // nullopt: found out
  std::string_view encoding = "utf-8";  // what the stream's text was before: for messages
};

// Delimiter comma, semicolon, tab or bar: as a first line `sep=;` says, else the one that divides
// the first rows most evenly. UTF-8 with or without a byte order mark; rows end with LF, CRLF or
// CR; a cell in quotes may hold delimiters, line breaks and "". A row that does not fit the header
// is a faulty row, never a row with shifted cells: ragged_row, text_after_quote,
// unterminated_quote, nul_byte, invalid_text, cell_too_large, row_too_large. Empty cells beyond the
// header's are no fault. Empty lines are passed over (they count as rows). Memory is bounded by one
// row. The stream must outlive it.
class CsvReader final : public RowSource {
 public:
  explicit CsvReader(std::istream& in, CsvOptions options = {}) : in_(in), options_(options) {}

  // Reads the first row. Code::malformed: no header, a faulty one, or a file that is not text.
  Result<std::vector<std::string>> header() override;

  // The next row that is not empty; nullopt at the end of the file.
  std::optional<SourceRow> next() override;

  std::string_view delimiter() const override { return {&delimiter_, 1}; }

 private:
  enum class State { cell_start, plain, quoted, quote_in_quoted, after_quote };

  int peek();
  int take();
  void fill();
  void set_delimiter();
  bool take_separator_line();
  Result<void> check_start();
  bool read_row(CsvRow& row);          // false: nothing left
  bool read_char(CsvRow& row, int c);  // true: the row is complete
  void add(CsvRow& row, char c);
  void end_cell(CsvRow& row);
  void check_width(CsvRow& row) const;
  std::string name_of_cell(const CsvRow& row) const;
  static void fail(CsvRow& row, std::string_view code, std::string_view detail);

  std::istream& in_;
  CsvOptions options_;
  std::array<char, 65536> buffer_{};
  std::size_t at_ = 0, end_ = 0;
  char delimiter_ = ',';
  std::vector<std::string> header_;  // empty while it is being read
  std::int64_t row_ = 0;
  State state_ = State::cell_start;
  std::string cell_;
  std::size_t row_bytes_ = 0;
  bool any_quote_ = false;
};

// Appends one row, quoted where needed, ended with CRLF as RFC 4180 has it.
void append_csv_row(std::string& out, const std::vector<std::string>& cells, char delimiter = ',');

}  // namespace kontor::crm
