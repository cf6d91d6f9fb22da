#include "crm/imports/formats/record_source.h"

#include <utility>

#include "base/limits.h"

namespace kontor::crm {
namespace {

Error malformed(std::string message) {
  return {.code = Code::malformed, .message = std::move(message), .kind = "bad_file"};
}

}  // namespace

Result<void> RecordSource::gather_names() {
  std::optional<NamedRow> first_fault;
  std::vector<NamedRow> rows;
  for (auto reader = open_(file_); !(rows = reader->next()).empty();) {
    for (NamedRow& row : rows) {
      for (NamedCell& cell : row.cells)
        if (columns_.try_emplace(cell.name, names_.size()).second)
          names_.push_back(std::move(cell.name));
      if (row.fault && !first_fault) first_fault = std::move(row);
    }
    if (names_.size() > limits::csv_columns)
      return malformed("The records of the file have more than " +
                       std::to_string(limits::csv_columns) + " different names.");
  }
  if (!names_.empty()) return {};
  if (!first_fault) return malformed("The file holds no " + what_ + ".");
  return malformed("The file holds no usable " + what_ + ". Line " +
                   std::to_string(first_fault->number) + ": " + first_fault->fault->detail);
}

Result<std::vector<std::string>> RecordSource::header() {
  const std::istream::pos_type start = file_.tellg();
  TRY(gather_names());
  file_.clear();
  file_.seekg(start);
  if (!file_)
    return Error{.code = Code::io_error, .message = "The file could not be read a second time."};
  reader_ = open_(file_);
  return names_;
}

std::optional<SourceRow> RecordSource::next() {
  if (waiting_.empty()) {
    std::vector<NamedRow> rows = reader_->next();
    for (NamedRow& row : rows) waiting_.push_back(std::move(row));
  }
  if (waiting_.empty()) return std::nullopt;
  SourceRow row = row_of(std::move(waiting_.front()));
  waiting_.pop_front();
  return row;
}

SourceRow RecordSource::row_of(NamedRow named) const {
  SourceRow row{.number = named.number,
                .cells = std::vector<std::string>(names_.size()),
                .fault = std::move(named.fault)};
  for (NamedCell& cell : named.cells) {
    const auto column = columns_.find(cell.name);
    if (column == columns_.end()) continue;
    std::string& place = row.cells[column->second];
    if (!place.empty() && !row.fault)
      row.fault = FieldError{.pointer = "",
                             .code = "duplicate_name",
                             .detail = "\"" + cell.name + "\" stands twice in it."};
    if (cell.text.size() > limits::csv_cell_bytes && !row.fault)
      row.fault = FieldError{.pointer = "",
                             .code = "cell_too_large",
                             .detail = "\"" + cell.name + "\" has more than " +
                                       std::to_string(limits::csv_cell_bytes) + " bytes."};
    place = std::move(cell.text);
  }
  return row;
}

}  // namespace kontor::crm
