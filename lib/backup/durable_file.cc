#include "backup/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "store/start_check.h"

namespace kontor::backup {
namespace {

Code code_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return Code::disk_full;
    case ENOENT:
    case ENOTDIR: return Code::not_found;
    case EACCES:
    case EPERM:
    case EEXIST:
    case ENOTEMPTY: return Code::forbidden;
    default: return Code::io_error;
  }
}

std::string hint_of(Code code, const std::filesystem::path& path) {
  return code == Code::disk_full ? "free some space, then try again"
                                 : "ls -ld " + path.parent_path().string();
}

}  // namespace

Error file_error(const std::filesystem::path& path, std::string_view what) {
  const int error = errno;
  const Code code = code_of(error);
  return {.code = code,
          .message = path.string() + " " + std::string(what) + ": " + std::strerror(error) + ".",
          .hint = hint_of(code, path)};
}

Result<std::size_t> read_up_to(int fd, char* bytes, std::size_t count,
                               const std::filesystem::path& path) {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::read(fd, bytes + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(path, "cannot be read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return file_error(path, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> sync_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file_error(file, "cannot be opened");
  const bool synced = ::fsync(fd) == 0;
  const Error error = file_error(file, "cannot be synced");
  ::close(fd);
  if (!synced) return error;
  return {};
}

Result<void> write_atomically(const std::filesystem::path& file, std::string_view bytes) {
  std::string fresh = file.string() + ".new-XXXXXX";
  const int fd = ::mkostemp(fresh.data(), O_CLOEXEC);
  if (fd < 0) return file_error(file, "cannot be made");
  Result<void> written = write_all(fd, bytes, file);
  if (written.ok() && ::fsync(fd) != 0) written = file_error(file, "cannot be synced");
  ::close(fd);
  if (written.ok()) written = move(fresh, file);
  if (!written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  return store::sync_folder(file.parent_path());
}

Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return file_error(from, "cannot be moved to " + to.string());
}

Result<void> make_folders(const std::filesystem::path& path) {
  std::error_code failure;
  if (path.empty() || std::filesystem::is_directory(path, failure)) return {};
  TRY(make_folders(path.parent_path()));
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return file_error(path, "cannot be made");
}

Result<void> sync_tree(const std::filesystem::path& path) {
  std::error_code failure;
  for (std::filesystem::recursive_directory_iterator at(path, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->is_directory(failure) && !at->is_symlink(failure)) TRY(store::sync_folder(at->path()));
  }
  return store::sync_folder(path);
}

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file, "cannot be opened");
  FileLock lock(fd);
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) return file_error(file, "cannot be locked");
  }
  return lock;
}

Result<FileLock> FileLock::try_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file, "cannot be opened");
  FileLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  return Error{.code = Code::busy, .message = file.string() + " is in use."};
}

Result<FileLock> FileLock::try_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return file_error(folder, "cannot be opened");
  FileLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  return Error{.code = Code::busy, .message = folder.string() + " is in use."};
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace kontor::backup
