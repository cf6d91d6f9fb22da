// What the business adds to the checks of a backup, and the same checks on the live database.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backup/archive_point.h"
#include "backup/manifest.h"
#include "backup/restore.h"
#include "backup/seal_keyring.h"
#include "backup/status.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::app {

// In their order: brings the schema up to this program's, then tables against the entities, then
// each invariant of `doctor`, then the audit trail against the end that the manifest tells. `clock`
// must outlive them.
std::vector<backup::Check> business_checks(const Clock& clock, const backup::Manifest& manifest);

// The same for a moment of the archive: first its segments are put upon the base, then all pages
// and references are checked, then `checks` run.
std::vector<backup::Check> archive_checks(backup::ArchivePoint point,
                                          std::vector<backup::Check> checks,
                                          const backup::Keyring& keys);

// The last of business_checks(), alone. A backup without a chain passes.
backup::Check audit_check(const backup::Manifest& manifest);

// Code::newer_schema if this program does not know the backup's schema.
Result<void> check_schema_known(const std::filesystem::path& file,
                                const backup::Manifest& manifest);

struct LiveReport {
  std::int64_t checks = 0;
  std::vector<FieldError> findings;  // pointer: the check; detail: what is wrong
};

// All pages, references, the schema's history, tables and invariants of a database that may be in
// use.
Result<LiveReport> verify_live(const std::filesystem::path& database);

// Reads all of `file` beside it, page by page, against its manifest and the end of its audit trail.
// Code::wrong_key if it is sealed and `keys` do not open it, as below.
Result<backup::Manifest> prove_backup(const std::filesystem::path& file, Random& random,
                                      const backup::Keyring& keys);

// Restores `file` into a scratch folder in `backups`, runs every check there and removes it again;
// what came out is recorded in `backups` (backup/status.h) and returned. An Error only if nothing
// could be recorded, or if there was no key: then nothing was proven, and nothing was found wrong.
struct Drill {
  backup::ProofRecord record;
  backup::Manifest manifest;
  Error error;  // if it did not pass
};
// As run_drill(), of the last moment that the archive of `data` holds; recorded under "archive".
Result<Drill> run_archive_drill(const std::filesystem::path& data, const Clock& clock,
                                Random& random, const backup::Keyring& keys);
Result<Drill> run_drill(const std::filesystem::path& file, const std::filesystem::path& backups,
                        const Clock& clock, Random& random, const backup::Keyring& keys);

}  // namespace kontor::app
