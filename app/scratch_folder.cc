#include "scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace kontor::app {

Result<ScratchFolder> ScratchFolder::make(const std::filesystem::path& parent,
                                          const std::string& prefix) {
  std::string path = (parent / (prefix + "XXXXXX")).string();
  if (::mkdtemp(path.data()) != nullptr) return ScratchFolder(path);
  const int error = errno;
  return Error{
      .code = error == ENOSPC ? Code::disk_full : Code::forbidden,
      .message = "No folder can be made in " + parent.string() + ": " + std::strerror(error) + ".",
      .hint = "ls -ld " + parent.string()};
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() { remove(); }

void ScratchFolder::remove() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  path_.clear();
}

}  // namespace kontor::app
