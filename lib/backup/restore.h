// From a backup's file to a folder whose content is proven.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/seal_keyring.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::backup {

// What the layers above know and this one does not. Takes a database in a folder of its own that
// nobody else has open; sentences on what is wrong, empty: nothing. It may bring the schema up.
struct Check {
  std::string name;
  std::function<Result<std::vector<std::string>>(const std::filesystem::path& database)> run;
};

// Bytes on disk that the backup takes once it is unpacked and checked.
std::int64_t needed_bytes(const Manifest& manifest);

// Code::disk_full if the disk of `folder` has less than needed_bytes().
Result<void> check_room(const Manifest& manifest, const std::filesystem::path& folder);

// Unpacks into `folder`, which must be empty, and holds every file against the manifest; synced.
// Code::verification_failed (kind backup_damaged, backup_truncated, foreign_file) names the file in
// the backup and the place; what is in `folder` then is good for nothing. Code::wrong_key, before
// anything is written, if the file is sealed and `keys` do not open it; as in all that follow.
Result<Manifest> unpack(const std::filesystem::path& file, const std::filesystem::path& folder,
                        const Keyring& keys = {});

// unpack(), then all pages and references of the database, then every table's rows against the
// manifest, then `checks` in their order. Code::verification_failed with every finding in `fields`.
Result<Manifest> unpack_proven(const std::filesystem::path& file,
                               const std::filesystem::path& folder,
                               const std::vector<Check>& checks, const Keyring& keys = {});

// Does all of unpack_proven() in a staging folder in `parent`, and leaves nothing.
Result<Manifest> prove(const std::filesystem::path& file, const std::filesystem::path& parent,
                       const std::vector<Check>& checks, Random& random, const Keyring& keys = {});

// Makes `target` from the backup, proven before it gets its name. `target` must not exist or be an
// empty folder.
Result<Manifest> restore_to(const std::filesystem::path& file, const std::filesystem::path& target,
                            const std::vector<Check>& checks, Random& random,
                            const Keyring& keys = {});

// Code::conflict if something is at `target` but an empty folder.
Result<void> check_target(const std::filesystem::path& target);

}  // namespace kontor::backup
