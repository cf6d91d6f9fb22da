// A checksum in each page of a database, held against the page whenever it is read from the file:
// a bit that the disk has changed is an error (SQLITE_IOERR_DATA), not another value. SQLite's own
// extension does it (sqlite.org/cksumvfs.html): 8 bytes at the end of each page, and a database
// that has them says so in its header (byte 20). docs/explanation/durability.md has their price.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"

namespace kontor::store {

constexpr int k_page_checksum_bytes = 8;

// The file's header says so. False where there is no such file. Thread-safe, also for a file that
// is in use.
bool has_page_checksums(const std::filesystem::path& database);

// A connection's claim on its file, made before it opens it and held until it has closed it. SQLite
// holds POSIX locks, and whoever closes any descriptor of the file takes them from the whole
// process (sqlite.org/howtocorrupt.html, 2.2): another program that only read would then believe to
// be the last one and remove the log beneath a running server. So the header of a file in use is
// not read again. Thread-safe.
class DatabaseInUse {
 public:
  explicit DatabaseInUse(const std::filesystem::path& database);
  DatabaseInUse(const DatabaseInUse&) = delete;
  DatabaseInUse& operator=(const DatabaseInUse&) = delete;
  ~DatabaseInUse();

  // The VFS to open the file with: SQLite's usual one, named by nothing, or the one that checks. A
  // connection without it would leave wrong checksums behind.
  std::string vfs() const;

 private:
  std::pair<std::uint64_t, std::uint64_t> file_;  // device and inode; zeros: there is none yet
  bool has_checksums_ = false;
};

// Writes the checksums of pages that came into the file otherwise than through that VFS; without
// effect on a database that has none. The file must not be in use, its log empty or not there.
Result<void> stamp_pages(const std::filesystem::path& database);

// Builds the database anew with checksums, if it has none: beside it (as much room again), checked,
// then renamed. Killed at any moment it is the old one or the new one. Nobody may have it open; the
// data directory's lock must be held. True if that was done. They are not taken off again.
Result<bool> add_page_checksums(const std::filesystem::path& database);

}  // namespace kontor::store
