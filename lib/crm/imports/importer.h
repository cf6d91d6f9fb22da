// Records from files: rows become records by the same rules as any other write.
#pragma once

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/imports/import_report.h"
#include "crm/records.h"
#include "model/entity.h"
#include "store/store.h"

namespace kontor::crm {

enum class ImportMode {
  create,  // rows of records that exist are skipped
  update,  // rows of records that do not exist are skipped
  upsert,
};

struct ImportOptions {
  std::istream* file = nullptr;
  std::istream* lines = nullptr;  // orders: their lines, joined by the order's id
  std::string map_json = {};      // see crm/imports/mapping.h
  ImportMode mode = ImportMode::upsert;
  bool dry_run = false;            // the real thing, rolled back; at most limits::import_dry_rows
  std::ostream* errors = nullptr;  // rows that failed: the file's columns and `_row,_error`
  std::size_t batch = limits::import_batch;
  std::string system = "csv";  // whose ids the id columns hold
};

// Customers, contacts, products and orders. A row finds its record by the id of the source
// (remembered with each import, so that the same file again changes nothing), else by our id, else
// by what is unique of it: sku, e-mail address. An empty cell leaves what is there.
//
// A batch is one transaction; within it every row has a savepoint, so a bad row loses nothing but
// itself. An order comes whole or not at all. Orders are history (Context.importing): the number is
// the server's, of the order's year; with a shipping date the order is completed, else confirmed;
// no stock is moved; lines are free of tax unless a column says otherwise. Later imports complete
// an order that was shipped meanwhile; what the customer agreed to they cannot change
// (`order_locked`).
//
// An error before any row was written: bad_csv, bad_map, missing_columns. Thread-safe as
// Store::write is; blocks until done.
Result<ImportReport> import_records(store::Store& store, const Records& records,
                                    const Context& context, const model::Entity& entity,
                                    const ImportOptions& options);

}  // namespace kontor::crm
