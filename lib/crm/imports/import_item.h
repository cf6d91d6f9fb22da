// One thing to import: a row, or an order with the rows of its lines; and where such come from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "crm/imports/csv.h"
#include "crm/imports/import_report.h"
#include "crm/imports/importer.h"
#include "crm/imports/mapping.h"
#include "crm/imports/seen_keys.h"

namespace kontor::crm {

struct ImportItem {
  std::int64_t position = 0;  // in the file, from 1
  std::string key;            // the source's id; empty: none
  CsvRow head;
  std::vector<CsvRow> lines{};  // of an order
  std::vector<CsvRow> rows{};   // all of the item, if it has more than its head
  bool repeated = false;        // an earlier row said the very same of the same thing
};

// Reads the file(s) of an import item by item. Memory: one item, the keys seen (seen_keys.h), and
// the file of lines if there is one.
class ImportSource {
 public:
  // `currency` is that of amounts that name none.
  static Result<std::unique_ptr<ImportSource>> open(const model::Entity& entity,
                                                    const ImportOptions& options,
                                                    std::string_view currency = {});

  // A fault of any of its rows is put into the head's, so that an item is good or bad as a whole.
  std::optional<ImportItem> next();
  // Lines whose order the file does not have; ask when next() has come to its end.
  std::vector<RowError> lost_lines() const;
  std::int64_t position() const { return position_; }  // of the last item

  const std::vector<std::string>& header() const { return header_; }
  // The columns but `_row` and `_error`, which an error file has that comes back mended.
  const std::vector<std::size_t>& own_columns() const { return own_columns_; }
  const Mapping& mapping() const { return mapping_; }
  const Mapping& line_mapping() const { return flat_ ? mapping_ : line_mapping_; }
  bool has_lines_file() const { return lines_reader_ != nullptr; }

 private:
  explicit ImportSource(const model::Entity& entity) : entity_(entity) {}
  Result<void> open_lines(const ImportOptions& options, const MappingFile& rules,
                          const std::vector<std::string>& header, std::string_view currency);
  void add_line(CsvRow row);
  std::optional<CsvRow> next_row();
  void gather_flat(ImportItem& item);
  void take_lines(ImportItem& item);
  std::string identity_of(const ImportItem& item) const;
  std::string content_of(const ImportItem& item) const;
  void check_identity(ImportItem& item);

  const model::Entity& entity_;
  std::unique_ptr<RowSource> reader_, lines_reader_;
  std::vector<std::string> header_;
  std::vector<std::size_t> own_columns_;
  Mapping mapping_, line_mapping_;
  bool flat_ = false;
  std::optional<CsvRow> ahead_;  // flat: the first row of the next order
  std::unordered_map<std::string, std::vector<CsvRow>> lines_;  // by the order's key
  std::vector<CsvRow> bad_lines_;
  SeenKeys seen_;
  std::int64_t position_ = 0;
};

// The trimmed cell of a target; empty if the file has no column for it.
std::string_view cell_of_target(const Mapping& mapping, const CsvRow& row, std::string_view target);

}  // namespace kontor::crm
