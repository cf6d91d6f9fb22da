#include "crm/imports/csv.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/utf8.h"

namespace kontor::crm {
namespace {

constexpr int k_end = -1;

Error malformed(std::string message, std::string hint = "") {
  return {.code = Code::malformed,
          .message = std::move(message),
          .kind = "bad_csv",
          .hint = std::move(hint)};
}

}  // namespace

void CsvReader::fill() {
  if (at_ < end_ || !in_) return;
  in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  at_ = 0;
  end_ = static_cast<std::size_t>(in_.gcount());
}

int CsvReader::peek() {
  fill();
  return at_ < end_ ? static_cast<unsigned char>(buffer_[at_]) : k_end;
}

int CsvReader::take() {
  const int c = peek();
  if (c != k_end) ++at_;
  return c;
}

Result<void> CsvReader::check_start() {
  fill();
  const std::string_view start(buffer_.data(), end_);
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    return malformed("The file is UTF-16.", "save it as \"CSV UTF-8\"");
  if (start.starts_with("PK\x03\x04"))
    return malformed("The file is a spreadsheet or an archive, not CSV.",
                     "save the sheet as \"CSV UTF-8\"");
  if (start.starts_with("\xEF\xBB\xBF")) at_ = 3;
  return {};
}

// The delimiter is the candidate that the first row has most of outside of quotes.
void CsvReader::sniff_delimiter() {
  constexpr std::string_view candidates = ",;\t|";
  std::array<std::size_t, 4> counts{};
  bool quoted = false;
  for (std::size_t i = at_; i < end_; ++i) {
    const char c = buffer_[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    const std::size_t which = candidates.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  delimiter_ = candidates[static_cast<std::size_t>(most - counts.begin())];
}

Result<std::vector<std::string>> CsvReader::header() {
  TRY(check_start());
  sniff_delimiter();
  std::optional<CsvRow> row = next();
  if (!row) return malformed("The file is empty.");
  if (row->fault) return malformed("The header cannot be read: " + row->fault->detail);
  if (row->cells.size() > limits::csv_columns)
    return malformed("The file has more than " + std::to_string(limits::csv_columns) + " columns.");
  width_ = row->cells.size();
  return std::move(row->cells);
}

std::optional<CsvRow> CsvReader::next() {
  while (true) {
    CsvRow row;
    if (!read_row(row)) return std::nullopt;
    const bool empty = row.cells.size() == 1 && row.cells[0].empty() && !any_quote_;
    if (empty && !row.fault) continue;
    if (!row.fault && width_ != 0 && row.cells.size() != width_) {
      fail(row, "ragged_row",
           "The row has " + std::to_string(row.cells.size()) + " cells, the header " +
               std::to_string(width_) + ".");
    }
    return row;
  }
}

bool CsvReader::read_row(CsvRow& row) {
  if (peek() == k_end) return false;
  row.number = ++row_;
  state_ = State::cell_start;
  cell_.clear();
  row_bytes_ = 0;
  any_quote_ = false;
  while (!read_char(row, take())) {
  }
  end_cell(row);
  return true;
}

// An overlong row is most likely a quote that was never closed: line breaks end it then, so that
// the rest of the file is still read.
bool CsvReader::read_char(CsvRow& row, int c) {
  const bool lost = row_bytes_ > limits::csv_row_bytes;
  if (c == k_end) {
    if (state_ == State::quoted)
      fail(row, "unterminated_quote", "A quote is opened and never closed.");
    return true;
  }
  const char letter = static_cast<char>(c);
  if (state_ == State::quote_in_quoted) {
    if (letter == '"') {
      add(row, '"');
      state_ = State::quoted;
      return false;
    }
    state_ = State::after_quote;
  }
  if (state_ == State::quoted && !lost) {
    if (letter == '"') state_ = State::quote_in_quoted;
    else add(row, letter);
    return false;
  }
  if (letter == '\n') return true;
  if (letter == '\r') {
    if (peek() == '\n') take();
    return true;
  }
  if (letter == delimiter_) {
    end_cell(row);
  } else if (letter == '"' && state_ == State::cell_start) {
    state_ = State::quoted;
    any_quote_ = true;
  } else {
    if (state_ == State::after_quote)
      fail(row, "text_after_quote", "There is text behind the closing quote of a cell.");
    if (state_ == State::cell_start) state_ = State::plain;
    add(row, letter);
  }
  return false;
}

void CsvReader::add(CsvRow& row, char c) {
  if (++row_bytes_ > limits::csv_row_bytes) {
    fail(row, "row_too_large",
         "The row has more than " + std::to_string(limits::csv_row_bytes) + " bytes.");
    return;
  }
  if (cell_.size() >= limits::csv_cell_bytes) {
    fail(row, "cell_too_large",
         "A cell has more than " + std::to_string(limits::csv_cell_bytes) + " bytes.");
    return;
  }
  if (c == '\0') fail(row, "nul_byte", "The row holds a NUL byte.");
  cell_ += c;
}

void CsvReader::end_cell(CsvRow& row) {
  ++row_bytes_;  // so that a row of delimiters alone is bounded too
  if (row_bytes_ <= limits::csv_row_bytes) {
    if (!is_utf8(cell_)) fail(row, "invalid_utf8", "The row is not valid UTF-8.");
    row.cells.push_back(std::move(cell_));
  }
  cell_.clear();
  state_ = State::cell_start;
}

void CsvReader::fail(CsvRow& row, std::string_view code, std::string_view detail) {
  if (row.fault) return;  // the first trouble explains the rest
  row.fault = FieldError{.pointer = "", .code = std::string(code), .detail = std::string(detail)};
}

void append_csv_row(std::string& out, const std::vector<std::string>& cells) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += ',';
    first = false;
    if (cell.find_first_of("\",\r\n;\t|") == std::string::npos) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

}  // namespace kontor::crm
