// The lock of a data directory that has a database: for all who open it to change something.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/data_dir.h"

namespace kontor::app {

// As store::DataDir::open, and finishes a restore that was interrupted between its renames, which
// has left the database in neither of its places.
// `for_standby`: to go on with a standby, or to serve what it has; else such a directory is refused
// (backup/standby_record.h).
Result<store::DataDir> lock_data_dir(const std::filesystem::path& path, bool for_standby = false);

}  // namespace kontor::app
