// A folder for the time of one command.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace kontor::app {

// Removes the folder, with all that is in it, at its end.
class ScratchFolder {
 public:
  // Makes a new folder in `parent`, 0700, with a name that begins with `prefix`.
  static Result<ScratchFolder> make(const std::filesystem::path& parent, const std::string& prefix);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::filesystem::path& path() const { return path_; }
  void remove();

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;  // empty: moved away or removed
};

}  // namespace kontor::app
