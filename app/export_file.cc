#include "export_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace kontor::app {

ExportFile::ExportFile(std::string path, std::string part, int fd)
    : path_(std::move(path)), part_(std::move(part)), fd_(fd) {}

ExportFile::ExportFile(ExportFile&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::exchange(other.part_, {})),
      fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_),
      hash_(std::move(other.hash_)) {}

ExportFile::~ExportFile() {
  if (part_.empty()) return;
  if (fd_ >= 0) ::close(fd_);
  ::unlink(part_.c_str());
}

Error ExportFile::failure(const std::string& what) const {
  const int reason = errno;
  const std::string name = path_.empty() ? "Standard output" : path_;
  const bool is_full = reason == ENOSPC || reason == EDQUOT;
  return {.code = is_full ? Code::disk_full : Code::forbidden,
          .message = name + " cannot be " + what + ": " + std::strerror(reason) + ".",
          .kind = "unwritable_file",
          .hint = is_full ? "make room, or name a file on another disk with --out"
                          : "name a file in a directory that is yours with --out"};
}

Result<ExportFile> ExportFile::open(const std::string& path) {
  if (path.empty()) return ExportFile({}, {}, STDOUT_FILENO);
  const std::string part = path + ".part-" + std::to_string(::getpid());
  // Personal data: for the owner alone.
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return ExportFile(path, {}, -1).failure("written");
  return ExportFile(path, part, fd);
}

Result<void> ExportFile::write(std::string_view bytes) {
  hash_.add(bytes);
  bytes_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const auto written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("written in full");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ExportFile::finish() {
  if (part_.empty()) return {};
  if (::fsync(fd_) != 0) return failure("written in full");
  if (::close(std::exchange(fd_, -1)) != 0) return failure("written in full");
  if (std::rename(part_.c_str(), path_.c_str()) != 0) return failure("put in its place");
  part_.clear();
  const auto parent = std::filesystem::absolute(path_).parent_path();
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!synced) return failure("put on disk");
  return {};
}

}  // namespace kontor::app
