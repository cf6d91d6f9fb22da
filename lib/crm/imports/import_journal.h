// The record of an import: where it came from, how far it got, what it left.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "crm/context.h"
#include "crm/imports/import_report.h"
#include "store/transaction.h"

namespace kontor::crm {

struct ImportRecord {
  std::int64_t row_id = 0;
  Uuid id{};
  std::int64_t created_at_ms = 0, updated_at_ms = 0;
  std::optional<std::int64_t> finished_at_ms{}, undone_at_ms{};
  std::string collection{}, file_name{};
  std::string sha256{};       // of the file, as hex
  std::string fingerprint{};  // of the file and of what decides how it is read; hex
  std::string mode{};         // create, update, upsert, restore
  std::string state{};        // queued, running, done, stopped, undone
  std::string reason{};       // why it stopped, for a person
  std::int64_t position = 0;  // items of the file that are done
  ImportCounts counts{};
  std::string columns = "{}";                   // JSON, as in a report
  std::string error_header = {};                // first line of the error file
  std::string undo = {};                        // JSON of its undo; empty: there was none
  std::optional<std::int64_t> created_by = {};  // users.id; none: the program
};

// An import is the business of who made it, and of those who look after the settings.
bool may_see(const Principal& principal, const ImportRecord& record);

// The import of this maker with this fingerprint that did not come to its end.
std::optional<ImportRecord> find_resumable(store::ReadTx& tx, const Context& context,
                                           std::string_view fingerprint);
// Whoever made it.
std::optional<ImportRecord> find_import(store::ReadTx& tx, const Uuid& id);
// Those that the caller may see, newest first, before the given row id (INT64_MAX: from the
// newest).
std::vector<ImportRecord> list_imports(store::ReadTx& tx, const Principal& principal, int limit,
                                       std::int64_t before_row_id);

// Sets row_id.
void insert_import(store::WriteTx& tx, const Context& context, ImportRecord& record);
// Position, counts, state, reason and times; in the transaction of what they tell.
void update_import(store::WriteTx& tx, const Context& context, const ImportRecord& record);

// All changes after `before`, up to `last`, are this import's.
void add_batch(store::WriteTx& tx, std::int64_t import_row_id, std::int64_t before,
               std::int64_t last);

// One item that failed: its rows as lines of the error file, and the reasons.
void add_failure(store::WriteTx& tx, std::int64_t import_row_id, std::int64_t position,
                 std::string_view cells, const std::vector<RowError>& errors);
// In the order of the file, from after `position`; stops when `visit` says false.
void each_failure(store::ReadTx& tx, std::int64_t import_row_id, std::int64_t position,
                  const std::function<bool(std::int64_t position, std::string_view cells,
                                           std::string_view errors)>& visit);
// The reasons of the first failures, at most `most`.
std::vector<RowError> first_errors(store::ReadTx& tx, std::int64_t import_row_id, std::size_t most);

// Imports that nobody works on any more, as the process that did has ended. For the start of a
// program that holds the data directory's lock. Returns how many there were.
std::int64_t stop_abandoned(store::WriteTx& tx, const Context& context);

// {"id","collection","file_name","state",…}; with `errors` also these.
std::string to_json(const ImportRecord& record, const std::vector<RowError>* errors = nullptr);

}  // namespace kontor::crm
