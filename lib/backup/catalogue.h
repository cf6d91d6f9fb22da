// The backups of a folder: their names, their manifests, which one is meant.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "backup/manifest.h"
#include "backup/seal_keyring.h"
#include "base/result.h"

namespace kontor::backup {

struct Entry {
  std::filesystem::path file;
  std::int64_t taken_at_ms = 0;  // of a damaged one only the second, from its name
  std::int64_t bytes = 0;
  Manifest manifest;            // if it is readable
  std::vector<SealLock> locks;  // for whom it is sealed, as it says; empty: not at all
  // Sealed, and no key here opens it: what is in it cannot be told, nor be proved here.
  bool is_closed = false;
  std::string trouble;  // why the manifest cannot be read
  std::string name() const { return file.filename().string(); }
  bool is_readable() const { return trouble.empty(); }
};

// "2026-11-21T09-15-02Z": an instant that can stand in a file's name, and sorts.
std::string stamp(std::int64_t ms);

// "kontor-2026-11-21T09-15-02Z-0badcafe.tar.gz", with ".sealed" behind it if it is.
std::string backup_name(std::int64_t taken_at_ms, std::string_view id, bool is_sealed = false);

// Whether it has the form of one that backup_name() makes.
bool is_backup_name(std::string_view name);

// Newest first. Reads the beginning of each file: what is in a manifest was not proven. Empty if
// the folder is not there. `keys` open those that are sealed.
Result<std::vector<Entry>> list_backups(const std::filesystem::path& folder,
                                        const Keyring& keys = {});

// Their names, newest first. Reads no file.
std::vector<std::string> backup_names(const std::filesystem::path& folder);

// Is the newest one, by its name, sealed? Reads no file.
bool is_newest_sealed(const std::filesystem::path& folder);

// The manifest of one file, without reading the rest of it. Code::wrong_key if it is sealed and
// `keys` do not open it.
Result<Manifest> read_manifest(const std::filesystem::path& file, const Keyring& keys = {});

// "latest" (the newest that can be read), a name in `folder`, or a path. Code::not_found if there
// is none; Code::wrong_key if the latest is sealed and `keys` do not open it: an older one is not
// what was asked for.
Result<std::filesystem::path> find_backup(const std::filesystem::path& folder,
                                          const std::string& which, const Keyring& keys = {});

// The newest backup of `folder` but `file` that has a manifest: what to restore instead of it.
// Empty: there is none.
std::string other_backup(const std::filesystem::path& folder, const std::filesystem::path& file,
                         const Keyring& keys = {});

}  // namespace kontor::backup
