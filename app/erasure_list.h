// Who was forgotten, as a file beside the backups: DATA/backups/erasures.txt. An older backup does
// not know of it, and neither does a database that is put back; the file stays where it is, and
// what is restored is held against it before anybody works with it. It holds ids alone, a line
// each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "backup/restore.h"
#include "base/clock.h"
#include "base/result.h"
#include "crm/audit/erasure.h"
#include "crm/organisation/organisation.h"
#include "store/store.h"

namespace kontor::app {

// Of a folder that a target kept, all of its erasures-….txt, too. Empty if there is no such file.
// Code::verification_failed names a line that cannot be read.
Result<std::vector<crm::Erasure>> read_erasure_list(const std::filesystem::path& backups);

// Makes file and database know the same: erases in the database whom only the file names, and adds
// to the file whom only the database names. How many were erased.
Result<std::int64_t> settle_erasures(store::Store& store, const crm::Organisation& organisation,
                                     const Clock& clock, const std::filesystem::path& backups);

// Adds to the lists of `from` what `to` lacks, for a new data directory. Both are folders of
// backups.
Result<void> carry_erasures(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace kontor::app
