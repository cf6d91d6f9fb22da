// JSON lines: one object a line, as our own export writes them.
#pragma once

#include <istream>
#include <memory>
#include <vector>

#include "base/json.h"
#include "crm/imports/formats/line_reader.h"
#include "crm/imports/formats/record_source.h"

namespace kontor::crm {

// Members of nested objects are named by their path: "address.city". Of an array `lines` of objects
// each becomes a row with cells "line.quantity"; the first of them also has the record's own cells,
// the others leave those blank. Other arrays stay JSON text. Numbers keep their digits, null is an
// empty cell, true and false are words.
// Faults of a line: invalid_json, not_an_object, row_too_large.
class JsonLinesReader final : public RecordReader {
 public:
  explicit JsonLinesReader(std::istream& file);
  std::vector<NamedRow> next() override;

 private:
  static std::vector<NamedRow> rows_of(const TextLine& line);

  LineReader lines_;
};

std::unique_ptr<RowSource> open_json_lines(std::istream& file);

}  // namespace kontor::crm
