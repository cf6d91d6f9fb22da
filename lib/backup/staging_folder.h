// A folder in which something is made that must not be seen until it is whole.
#pragma once

#include <filesystem>
#include <string>

#include "backup/durable_file.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::backup {

// Hidden, 0700, locked for its life, and removed at its end with all that is in it. What a killed
// process left is removed by sweep(), which knows it by its missing lock.
class StagingFolder {
 public:
  // Makes `<parent>/.kontor-staging-<random>`.
  static Result<StagingFolder> make(const std::filesystem::path& parent, Random& random);
  // Removes what dead processes left in `parent`.
  static void sweep(const std::filesystem::path& parent);

  StagingFolder(StagingFolder&& other) noexcept;
  StagingFolder& operator=(StagingFolder&&) = delete;
  ~StagingFolder();

  const std::filesystem::path& path() const { return path_; }
  // Somebody else removes it, or it was moved away.
  void release() { path_.clear(); }

 private:
  StagingFolder(std::filesystem::path path, FileLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  FileLock lock_;
};

// `count` hex digits.
std::string random_hex(Random& random, std::size_t count);

}  // namespace kontor::backup
