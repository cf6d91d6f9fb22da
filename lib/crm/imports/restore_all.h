// A whole export brought back: every record as it was, into an instance that holds none.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "crm/context.h"
#include "crm/exports/export_manifest.h"
#include "crm/records.h"
#include "store/store.h"

namespace kontor::crm {

struct RestoreReport {
  std::string id{};  // of the import's own record; empty: a dry run
  bool dry_run = false;
  std::vector<std::pair<std::string, std::int64_t>> records{};  // by collection, in their order
  std::int64_t external_ids = 0;
  std::int64_t without_account = 0;  // records whose owner or maker is no user here
  // Settings of the firm that are others here than where the export was made: name, there, here.
  struct Setting {
    std::string_view name;
    std::string there, here;
  };
  std::vector<Setting> settings{};

  std::int64_t count() const;  // of records
};

struct RestoreOptions {
  std::string_view manifest{};         // the text of it
  std::vector<std::istream*> files{};  // as the manifest names them; can be rewound
  std::string folder_name{};           // as the import's record shows it
  bool dry_run = false;                // all of it, taken back
  // How many records are in, now and then; and whether to stop. On the caller's thread.
  std::function<void(std::int64_t)> on_progress{};
  std::function<bool()> is_cancelled{};
};

// Ids, numbers, versions, times, what is in the trash, the names in other systems and the next
// numbers of documents come back as they were; the stock ledger begins with what is on hand and
// held; the history of each record begins with the import. Who owns a record and who made it come
// back if she is a user here; else the record is nobody's. No rule is run: in the end the
// invariants (crm/invariants.h) must hold instead.
//
// One transaction: all of it is there, or nothing. It holds the writer for as long as it takes, so
// other writers wait; an instance without records has none worth mentioning.
//
// Code::verification_failed: a file is cut short or was changed. Code::newer_schema. Code::conflict
// (kind not_empty): there are records here, in the trash too. Code::invalid (kind bad_export) names
// file and line, or the invariant that does not hold. Code::malformed: no manifest. Thread-safe as
// Store::write is; blocks until done.
Result<RestoreReport> restore_all(store::Store& store, const Records& records,
                                  const Context& context, const RestoreOptions& options);

// {"id","entity":"all","dry_run","rows","created","failed","totals","without_account","settings"}
std::string to_json(const RestoreReport& report);

// Are the files those that the manifest tells of? Reads them to their end and rewinds them.
Result<void> check_files(const ExportManifest& manifest, const std::vector<std::istream*>& files);

}  // namespace kontor::crm
