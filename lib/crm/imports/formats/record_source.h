// Files whose records name their own cells, as rows under one header.
#pragma once

#include <deque>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crm/imports/formats/row_source.h"

namespace kontor::crm {

struct NamedCell {
  std::string name, text;
};

struct NamedRow {
  std::int64_t number = 0;
  std::vector<NamedCell> cells;
  std::optional<FieldError> fault{};
};

class RecordReader {
 public:
  RecordReader() = default;
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;
  virtual ~RecordReader() = default;
  // The rows of the next record; empty at the end of the file.
  virtual std::vector<NamedRow> next() = 0;
};

// The header is every name that any record has, in the order in which they first come: the file is
// read twice and must be one that can be rewound.
class RecordSource final : public RowSource {
 public:
  using Open = std::function<std::unique_ptr<RecordReader>(std::istream&)>;
  // `file` must outlive it. `what` names a record in messages: "card".
  RecordSource(std::istream& file, Open open, std::string_view what)
      : file_(file), open_(std::move(open)), what_(what) {}

  Result<std::vector<std::string>> header() override;
  std::optional<SourceRow> next() override;

 private:
  Result<void> gather_names();
  SourceRow row_of(NamedRow named) const;

  std::istream& file_;
  Open open_;
  std::string what_;
  std::unique_ptr<RecordReader> reader_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::deque<NamedRow> waiting_;
};

}  // namespace kontor::crm
