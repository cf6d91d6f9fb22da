// Records as the lines of a file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crm/exports/row_form.h"
#include "crm/list.h"
#include "store/transaction.h"

namespace kontor::crm {

// Gives out record after record; memory is bounded by one of them. Methods throw store::SqlFailure
// (store::LongRead::run catches it). Used by one thread at a time; the transaction must outlive it.
class ExportRows {
 public:
  virtual ~ExportRows() = default;
  // Appends what the file begins with.
  virtual void begin(std::string& out) = 0;
  // Appends the next record; false: there is none, and nothing was appended.
  virtual bool next(std::string& out) = 0;
};

enum class ExportFormat { csv, jsonl };

struct ExportForm {
  ExportFormat format = ExportFormat::csv;
  // Of CSV: what stands between cells (comma, semicolon, tab or bar), and whether a byte order mark
  // leads, without which some spreadsheets take UTF-8 for something else.
  char delimiter = ',';
  bool bom = false;
  // CSV with what only restore_all() has a use for: `line.id` and `deleted_at`.
  bool whole = false;
};

// In all of these the rows are those that the caller may both see and export, without the fields
// that are hidden from her. Code::forbidden if there is nothing that she may export. `principal`
// need not outlive the rows.
// The query without its limit, cursor, count and expansions, as a table (table_rows.cc says which
// columns it has) in a form that must outlive it; `whole` as in ExportForm.
Result<std::unique_ptr<ExportRows>> open_table_rows(store::ReadTx& tx, const Principal& principal,
                                                    const ListQuery& query, bool whole,
                                                    RowForm& form);

// The same as CSV; as JSON lines: each record as the API shows it, with a line feed behind it.
Result<std::unique_ptr<ExportRows>> open_csv_rows(store::ReadTx& tx, const Principal& principal,
                                                  const ListQuery& query, const ExportForm& form);
Result<std::unique_ptr<ExportRows>> open_json_rows(store::ReadTx& tx, const Principal& principal,
                                                   const ListQuery& query);
Result<std::unique_ptr<ExportRows>> open_rows(store::ReadTx& tx, const Principal& principal,
                                              const ListQuery& query, const ExportForm& form);

// The names that other systems have for records: collection, system, key, and the record's id.
std::unique_ptr<ExportRows> open_external_id_rows(store::ReadTx& tx, const ExportForm& form);

// All live records of a collection, in the order in which they were made.
ListQuery whole_collection(const model::Entity& entity, Trash trash = Trash::hidden);

}  // namespace kontor::crm
