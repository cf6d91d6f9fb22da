// The data directory: its places, its rights, and the lock that says who works in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kontor::store {

struct DataDirOptions {
  bool allow_root = true;
  // The write-ahead log needs memory shared by all who open the file, which no network file
  // system gives.
  bool allow_network_filesystem = false;
  // A seam for tests: the type of the file system, as statfs(2) would tell it.
  std::optional<long> filesystem_type = {};
};

// Who holds a data directory, by its own words.
struct DataDirHolder {
  std::int64_t pid = 0;
  std::vector<std::string> addresses;  // where a server answers, as URLs; empty: it is none
};

// What the lock's file says; it stays behind when its writer ends. nullopt: nothing can be read.
std::optional<DataDirHolder> read_holder(const std::filesystem::path& data_dir);

// Whether a process holds the lock now, as the kernel says; nullopt if it does not say (no /proc).
// Does not touch the lock.
std::optional<bool> is_held(const std::filesystem::path& data_dir);

// Holds the lock for its life. Movable; one per process and directory.
class DataDir {
 public:
  // Makes what is missing (directory and folders 0700) and takes the lock. Sets the process's umask
  // to 077, as open() does.
  static Result<DataDir> create(const std::filesystem::path& path,
                                const DataDirOptions& options = {});
  // Code::not_initialised if there is no database in it, Code::locked (naming the process) if
  // another one works in it, Code::forbidden if it belongs to another user.
  static Result<DataDir> open(const std::filesystem::path& path,
                              const DataDirOptions& options = {});

  // Tells others where this process answers (read_holder).
  Result<void> announce(const std::vector<std::string>& addresses) const;

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&&) = delete;
  ~DataDir();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "kontor.db"; }
  std::filesystem::path files() const { return path_ / "files"; }
  std::filesystem::path backups() const { return path_ / "backups"; }
  std::filesystem::path archive() const { return path_ / "archive"; }
  std::filesystem::path settings() const { return path_ / "kontor.toml"; }
  std::filesystem::path master_key() const { return path_ / "master.key"; }
  bool has_database() const;

 private:
  DataDir(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  static Result<DataDir> lock(const std::filesystem::path& path, const DataDirOptions& options);

  std::filesystem::path path_;
  int lock_;
};

}  // namespace kontor::store
