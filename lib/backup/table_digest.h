// Reads a whole database and tells what is in it, table by table.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "base/result.h"

namespace kontor::backup {

// Rows are hashed in the order in which they lie, each value with its length. Tables that SQLite
// and its full-text search keep for themselves are left out: what they hold follows from the
// others. Nothing else may have the database open; what SQLite leaves beside it is removed.
Result<Contents> read_contents(const std::filesystem::path& database);

// PRAGMA integrity_check and foreign_key_check: sentences on what is wrong, at most ten of each,
// with table and row where SQLite names them. Empty: the database is sound. As above.
Result<std::vector<std::string>> find_damage(const std::filesystem::path& database);

// What differs, a sentence for each table: "customers has 3 rows, the manifest says 4".
std::vector<std::string> differences(const Contents& found, const Contents& expected);

}  // namespace kontor::backup
