#include "crm/imports/csv.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/utf8.h"
#include "crm/imports/formula_guard.h"

namespace kontor::crm {
namespace {

constexpr int k_end = -1;

Error malformed(std::string message, std::string hint = "") {
  return {.code = Code::malformed,
          .message = std::move(message),
          .kind = "bad_csv",
          .hint = std::move(hint)};
}

// Cells of the first rows, with one delimiter.
std::vector<std::size_t> widths(std::string_view text, char delimiter) {
  constexpr std::size_t enough = 20;
  std::vector<std::size_t> counts{1};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == delimiter) ++counts.back();
    if (c != '\n' && c != '\r') continue;
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
    if (counts.size() == enough) return counts;
    if (i + 1 < text.size()) counts.push_back(1);
  }
  return counts;
}

// How many rows are as wide as the header, then how wide that is; nothing if it divides nothing.
std::pair<std::size_t, std::size_t> evenness(std::string_view text, char delimiter) {
  const std::vector<std::size_t> counts = widths(text, delimiter);
  const std::size_t width = counts.front();
  if (width == 1) return {};
  return {static_cast<std::size_t>(std::count(counts.begin(), counts.end(), width)), width};
}

char likely_delimiter(std::string_view start) {
  char best = ',';
  auto most = evenness(start, best);
  for (const char candidate : {';', '\t', '|'}) {
    const auto found = evenness(start, candidate);
    if (found <= most) continue;
    most = found;
    best = candidate;
  }
  return best;
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

// Spreadsheets are told by such a line what divides the cells.
bool CsvReader::take_separator_line() {
  constexpr std::string_view key = "sep=";
  const std::string_view start = std::string_view(buffer_.data(), end_).substr(at_);
  if (!start.starts_with(key) || start.size() <= key.size()) return false;
  const std::string_view rest = start.substr(key.size() + 1);
  if (!rest.starts_with('\n') && !rest.starts_with('\r')) return false;
  delimiter_ = start[key.size()];
  at_ += key.size() + (rest.starts_with("\r\n") ? 3 : 2);
  ++row_;
  return true;
}

void CsvReader::set_delimiter() {
  if (!take_separator_line())
    delimiter_ = likely_delimiter(std::string_view(buffer_.data(), end_).substr(at_));
  if (options_.delimiter) delimiter_ = *options_.delimiter;
}

Result<std::vector<std::string>> CsvReader::header() {
  TRY(check_start());
  set_delimiter();
  std::optional<CsvRow> row = next();
  if (!row) return malformed("The file is empty.");
  if (row->fault) return malformed("The header cannot be read: " + row->fault->detail);
  if (row->cells.size() > limits::csv_columns)
    return malformed("The file has more than " + std::to_string(limits::csv_columns) + " columns.");
  header_ = row->cells;
  return std::move(row->cells);
}

std::optional<CsvRow> CsvReader::next() {
  while (true) {
    CsvRow row;
    if (!read_row(row)) return std::nullopt;
    const bool empty = row.cells.size() == 1 && row.cells[0].empty() && !any_quote_;
    if (empty && !row.fault) continue;
    for (std::string& cell : row.cells)
      if (cell.starts_with('\'')) cell = std::string(unguarded(cell));
    check_width(row);
    return row;
  }
}

void CsvReader::check_width(CsvRow& row) const {
  if (row.fault || header_.empty()) return;
  // Spreadsheets end rows with delimiters for columns that once were there.
  while (row.cells.size() > header_.size() && row.cells.back().empty()) row.cells.pop_back();
  if (row.cells.size() == header_.size()) return;
  fail(row, "ragged_row",
       "The row has " + std::to_string(row.cells.size()) + " cells, the header " +
           std::to_string(header_.size()) + ".");
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
  if (c == '\0') fail(row, "nul_byte", name_of_cell(row) + " holds a NUL byte.");
  cell_ += c;
}

void CsvReader::end_cell(CsvRow& row) {
  ++row_bytes_;  // so that a row of delimiters alone is bounded too
  if (row_bytes_ <= limits::csv_row_bytes) {
    const std::size_t valid = utf8_valid_prefix(cell_);
    if (valid != cell_.size())
      fail(row, "invalid_text",
           name_of_cell(row) + " holds a byte that is no text in " +
               std::string(options_.encoding) + ", behind " + std::to_string(valid) +
               " bytes that are.");
    row.cells.push_back(std::move(cell_));
  }
  cell_.clear();
  state_ = State::cell_start;
}

// Of the cell that is being read: its place, and its name once there are names.
std::string CsvReader::name_of_cell(const CsvRow& row) const {
  const std::size_t at = row.cells.size();
  std::string name = "Column " + std::to_string(at + 1);
  if (at < header_.size() && !header_[at].empty()) name += " (" + header_[at] + ")";
  return name;
}

void CsvReader::fail(CsvRow& row, std::string_view code, std::string_view detail) {
  if (row.fault) return;  // the first trouble explains the rest
  row.fault = FieldError{.pointer = "", .code = std::string(code), .detail = std::string(detail)};
}

void append_csv_row(std::string& out, const std::vector<std::string>& cells, char delimiter) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += delimiter;
    first = false;
    std::string guarded;
    append_guarded(guarded, cell);
    if (guarded.find_first_of("\",\r\n;\t|") == std::string::npos) {
      out += guarded;
      continue;
    }
    out += '"';
    for (const char c : guarded) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

}  // namespace kontor::crm
