// Files that are whole or not there, and the folders that hold them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kontor::backup {

// An Error for the system's last failure (errno) on `path`: Code::disk_full or Code::io_error if
// that is what it was, else Code::not_found or Code::forbidden. `what` continues the path: "cannot
// be read".
Error file_error(const std::filesystem::path& path, std::string_view what);

// Bytes from a descriptor's position; short only at the end of the file.
Result<std::size_t> read_up_to(int fd, char* bytes, std::size_t count,
                               const std::filesystem::path& path);
Result<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path);

Result<void> sync_file(const std::filesystem::path& file);

// Through a temporary name in the same folder, synced. Replaces what is there.
Result<void> write_atomically(const std::filesystem::path& file, std::string_view bytes);

// rename(2); does not sync the folder.
Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to);

// mkdir -p, 0700.
Result<void> make_folders(const std::filesystem::path& path);

// Syncs every folder below `path`, and `path` itself.
Result<void> sync_tree(const std::filesystem::path& path);

// A lock on a folder or file by its descriptor, held for its life; gone with the process.
class FileLock {
 public:
  // Waits for it.
  static Result<FileLock> take(const std::filesystem::path& file);
  // Code::busy if another one holds it.
  static Result<FileLock> try_file(const std::filesystem::path& file);
  // A folder that must exist. Code::busy if another one holds it.
  static Result<FileLock> try_folder(const std::filesystem::path& folder);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace kontor::backup
