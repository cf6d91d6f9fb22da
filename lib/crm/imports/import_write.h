// From an item of a file to a record: what it finds, what it sets, what it leaves.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "crm/imports/import_item.h"
#include "crm/records.h"

namespace kontor::crm {

enum class ImportOutcome { created, updated, unchanged, skipped };

// What one import works with inside one transaction.
struct ImportScope {
  store::WriteTx& tx;
  const Records& records;
  const Context& context;  // importing
  const model::Entity& entity;
  const Mapping& mapping;
  const Mapping& line_mapping;
  const ImportOptions& options;
  std::int64_t import_row_id;
  const ImportItem* item = nullptr;  // that is being written
};

struct Imported {
  ImportOutcome outcome = ImportOutcome::skipped;
  std::map<std::string, std::int64_t> totals{};  // to be added to the report's
};

// Writes one item; the caller holds a savepoint around it. Pointers of field errors are those of
// the fields ("/address/city", "/lines/2/quantity").
Result<Imported> import_item(const ImportScope& scope, const ImportItem& item);

// Orders and payments; parts of the above.
Result<Imported> import_order(const ImportScope& scope, const ImportItem& item);
Result<Imported> import_payment(const ImportScope& scope, const ImportItem& item);

// What a customer's row says in other words: her name in two parts.
void complete_customer(const ImportScope& scope, const ImportItem& item, model::Record& customer,
                       std::vector<FieldError>& errors);

// Who an order's row says that its customer is, for one that is not here yet.
void complete_missing_customer(const ImportScope& scope, const ImportItem& item,
                               model::Record& customer, std::vector<FieldError>& errors);

// Tax and total as an order's row states them: the tax becomes one rate on the lines that bear any
// (none if the prices include it), and a total that the lines do not come to is an error. For an
// order with its lines and shipping; `line.taxable` says which lines bear no tax.
void settle_amounts(const ImportScope& scope, const ImportItem& item, model::Record& order,
                    std::vector<FieldError>& errors);

// Text that has no cell of its own for its field is checked like one; `target` is its column.
void set_text(model::Record& record, const model::Entity& entity, std::string_view field,
              std::string_view text, std::string_view target, std::vector<FieldError>& errors);

// Does the mode pass over a row whose record exists, or does not?
bool is_skipped(const ImportScope& scope, bool exists);

// Code::invalid with these fields.
Error invalid_item(std::vector<FieldError> fields);

// Where the cells of a row go.
struct CellTarget {
  const model::Entity& entity;
  const Mapping& mapping;
  std::string_view prefix;  // of the columns' targets: "line." for lines
  std::string currency;     // of money
  std::string pointer;      // of the record within the item: "/lines/2"
  model::Record& record;
};

// Puts the cells of `row` into the record for the fields that have a column, as far as the policies
// allow it for a record that exists.
Result<void> set_cells(const ImportScope& scope, const CsvRow& row, const CellTarget& target,
                       Imported& imported, std::vector<FieldError>& errors);

// Finishes a write: creates or saves, and remembers the source's id.
Result<Imported> put(const ImportScope& scope, const ImportItem& item, const model::Record* before,
                     model::Record record, std::int64_t& row_id);

}  // namespace kontor::crm
