// Copies of a live database that are whole by themselves.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace kontor::store {

// Writes the database as of one moment to `target`, which must not exist, checks the copy and
// makes it durable. Does not hold up the writer. A copy that failed is removed. With
// `add_checksums` it gets page checksums (page_checksums.h) also if the database has none.
Result<void> write_snapshot(const std::filesystem::path& database,
                            const std::filesystem::path& target, const std::string& vfs = {},
                            bool add_checksums = false);

}  // namespace kontor::store
