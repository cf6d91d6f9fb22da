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
  ImportMode mode;
  const std::string& system;
};

struct Imported {
  ImportOutcome outcome = ImportOutcome::skipped;
  std::map<std::string, std::int64_t> totals{};  // to be added to the report's
};

// Writes one item; the caller holds a savepoint around it. Pointers of field errors are those of
// the fields ("/address/city", "/lines/2/quantity").
Result<Imported> import_item(const ImportScope& scope, const ImportItem& item);

// Orders; part of the above.
Result<Imported> import_order(const ImportScope& scope, const ImportItem& item);

// Puts the cells of `row` into `record` for the fields of `entity` that have a column named
// `prefix` + field. Money is in `currency`.
void set_cells(const ImportScope& scope, const model::Entity& entity, const Mapping& mapping,
               const CsvRow& row, std::string_view prefix, const std::string& currency,
               const std::string& pointer, model::Record& record, std::vector<FieldError>& errors);

// The record that `text` names in a file: by the source's id, ours, a unique name or sku.
std::optional<Uuid> find_named(const ImportScope& scope, std::string_view collection,
                               std::string_view text);

// Finishes a write: creates or saves, and remembers the source's id.
Result<Imported> put(const ImportScope& scope, const ImportItem& item, const model::Record* before,
                     model::Record record, std::int64_t& row_id);

}  // namespace kontor::crm
