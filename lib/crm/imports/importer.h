// Records from files: rows become records by the same rules as any other write.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <map>
#include <ostream>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/imports/formats/reading.h"
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

// What a cell may do to a field of a record that exists.
enum class ImportPolicy {
  always,    // replaces what is there
  if_empty,  // fills what is empty
  never,     // sets new records only
};

struct ImportOptions {
  std::istream* file = nullptr;   // can be rewound
  std::istream* lines = nullptr;  // orders: their lines, joined by the order's id
  std::string file_name = {};     // as the import's record shows it
  Reading reading = {};           // what is not to be found out of the files' form
  std::string map_json = {};      // see crm/imports/mapping.h
  ImportMode mode = ImportMode::upsert;
  std::map<std::string, ImportPolicy> policies = {};  // by field; else always
  // Beside ids and unique values, a record is found by the domain of its e-mail address, or by its
  // name.
  bool match_domain = false, match_name = false;
  bool create_missing = false;     // customers and products that are only referred to
  bool dry_run = false;            // the real thing, taken back; the same counts and errors
  std::ostream* errors = nullptr;  // rows that failed: the file's columns and `_row,_error`
  std::size_t batch = limits::import_batch;
  std::string system = "csv";  // whose ids the id columns hold
  // How the import's own record moves on, so that nobody takes a long one for abandoned. The
  // records of an import all have the one time of its Context. Null: so has its own.
  const Clock* clock = nullptr;
  // Called after each batch, and asked before the next one whether to stop. On the caller's thread.
  std::function<void(const ImportReport&)> on_progress = {};
  std::function<bool()> is_cancelled = {};
  // Where the copy for a dry run of more than one batch is made; must have room for the database.
  // Empty: the system's folder for temporary files.
  std::filesystem::path scratch = {};
};

// Code::invalid, kind `bad_policy`: a policy is for a field that does not exist.
Result<void> check_policies(const model::Entity& entity, const ImportOptions& options);

// Customers, contacts, products, orders and payments. A row finds its record by the id of the
// source (remembered with each import, so that the same file again changes nothing), else by our
// id, else by what is unique of it: sku, e-mail address; then by domain or name where the options
// say so. More than one record found is an error of the row. An empty cell leaves what is there.
//
// The import is a record of its own (import_journal.h) that moves on with each batch, in the same
// transaction. An import of the same file with the same options that had been interrupted goes on
// where its last batch ended.
//
// A bad row loses nothing but itself. An order comes whole or not at all. Orders are history
// (Context.importing): the number is the server's, of the order's year; with a shipping date the
// order is completed, else confirmed; no stock is moved; lines are free of tax unless a column says
// otherwise. Later imports complete an order that was shipped meanwhile; what the customer agreed
// to they cannot change (`order_locked`).
//
// A dry run of one batch is rolled back; a larger one runs on a copy of the database, which holds
// up nobody.
//
// An error before any row was written: bad_csv, bad_map, missing_columns. Thread-safe as
// Store::write is; blocks until done.
Result<ImportReport> import_records(store::Store& store, const Records& records,
                                    const Context& context, const model::Entity& entity,
                                    const ImportOptions& options);

}  // namespace kontor::crm
