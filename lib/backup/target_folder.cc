#include "backup/target_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "backup/durable_file.h"
#include "base/sha256.h"
#include "base/unique_fd.h"
#include "store/disk_reserve.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_piece = 1024 * 1024;
// As elsewhere: one large sync at the end would hold up those of the database, if a disk is shared.
constexpr std::int64_t k_unsynced_bytes = 8LL * 1024 * 1024;

Error interrupted() {
  return {.code = Code::unavailable, .message = "The copy was interrupted.", .kind = "interrupted"};
}

// The file on its way: without a name, or with one that begins with a dot.
class Incoming {
 public:
  static Result<Incoming> make(const FolderCopy& copy) {
    if (!copy.with_name_only) {
      const int fd = ::open(copy.folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
      if (fd >= 0) return Incoming(UniqueFd(fd), {});
      if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
        return file_error(copy.folder, "cannot be written to");
      }
    }
    std::string path = (copy.folder / ".kontor-partial-XXXXXX").string();
    const int fd = ::mkostemp(path.data(), O_CLOEXEC);
    if (fd < 0) return file_error(copy.folder, "cannot be written to");
    return Incoming(UniqueFd(fd), path);
  }

  Incoming(Incoming&& other) noexcept
      : file_(std::move(other.file_)), path_(std::exchange(other.path_, {})) {}
  Incoming& operator=(Incoming&&) = delete;
  ~Incoming() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  int get() const { return file_.get(); }

  // Never in the place of another file.
  Result<void> give_name(const std::filesystem::path& name) {
    if (path_.empty()) {
      const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
      if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0)
        return {};
      return file_error(name, "cannot be given its name");
    }
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) {
      path_.clear();
      return {};
    }
    if (errno != EINVAL && errno != ENOSYS) return file_error(name, "cannot be given its name");
    if (::link(path_.c_str(), name.c_str()) == 0) return {};
    return file_error(name, "cannot be given its name");
  }

 private:
  Incoming(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  UniqueFd file_;
  std::string path_;
};

class Copying {
 public:
  explicit Copying(const FolderCopy& copy) : copy_(copy) {}

  Result<void> run() {
    TRY(check_folder());
    const UniqueFd in(::open(copy_.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (in.get() < 0) return file_error(copy_.file, "cannot be read");
    const std::filesystem::path target = copy_.folder / copy_.file.filename();
    std::error_code failure;
    if (std::filesystem::exists(target, failure)) return compare(in.get(), target);
    TRY(check_room());
    Incoming out = TRY(Incoming::make(copy_));
    const std::string sent = TRY(transfer(in.get(), out.get()));
    if (::fsync(out.get()) != 0) return file_error(target, "cannot be synced");
    TRY(check_arrived(out.get(), target, sent));
    TRY(out.give_name(target));
    return store::sync_folder(copy_.folder);
  }

 private:
  Result<void> check_folder() const {
    std::error_code failure;
    if (std::filesystem::is_directory(copy_.folder, failure)) return {};
    return Error{.code = Code::not_found,
                 .message = copy_.folder.string() + " is no folder that is there.",
                 .kind = "target_missing",
                 .hint = "mount the disk, or make the folder on it"};
  }

  Result<void> check_room() const {
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(copy_.file, failure);
    const std::int64_t free = store::free_bytes(copy_.folder);
    if (failure || free < 0 || free >= static_cast<std::int64_t>(bytes)) return {};
    return Error{.code = Code::disk_full,
                 .message = copy_.folder.string() + " has " + std::to_string(free) +
                            " bytes free; the backup has " + std::to_string(bytes) + ".",
                 .hint = "remove old backups there, or take a larger disk"};
  }

  Result<void> go_on() const {
    if (copy_.is_cancelled && copy_.is_cancelled()) return interrupted();
    return {};
  }

  // The SHA-256 of what was sent.
  Result<std::string> transfer(int in, int out) const {
    Sha256Stream digest;
    std::string piece(k_piece, '\0');
    std::int64_t unsynced = 0;
    while (const std::size_t got = TRY(read_up_to(in, piece.data(), piece.size(), copy_.file))) {
      TRY(go_on());
      digest.add({piece.data(), got});
      TRY(write_all(out, {piece.data(), got}, copy_.folder));
      unsynced += static_cast<std::int64_t>(got);
      if (unsynced < k_unsynced_bytes) continue;
      if (::fdatasync(out) != 0) return file_error(copy_.folder, "cannot be synced");
      unsynced = 0;
    }
    return digest.hex();
  }

  Result<std::string> digest_of(int fd, const std::filesystem::path& path) const {
    Sha256Stream digest;
    std::string piece(k_piece, '\0');
    if (::lseek(fd, 0, SEEK_SET) != 0) return file_error(path, "cannot be read");
    while (const std::size_t got = TRY(read_up_to(fd, piece.data(), piece.size(), path))) {
      TRY(go_on());
      digest.add({piece.data(), got});
    }
    return digest.hex();
  }

  // From the disk, as far as the system lets go of what it has in memory.
  Result<void> check_arrived(int out, const std::filesystem::path& target,
                             const std::string& sent) const {
    ::posix_fadvise(out, 0, 0, POSIX_FADV_DONTNEED);
    if (TRY(digest_of(out, target)) == sent) return {};
    return Error{.code = Code::io_error,
                 .message = target.string() + " cannot be read back as it was written.",
                 .hint = "check that disk"};
  }

  Result<void> compare(int in, const std::filesystem::path& target) const {
    const UniqueFd there(::open(target.c_str(), O_RDONLY | O_CLOEXEC));
    if (there.get() < 0) return file_error(target, "cannot be read");
    const std::string mine = TRY(digest_of(in, copy_.file));
    if (TRY(digest_of(there.get(), target)) == mine) return {};
    return Error{.code = Code::conflict,
                 .message = target.string() +
                            " is there already, with another content; it was left as it is.",
                 .kind = "target_differs",
                 .hint = "kontor verify " + target.string() + ", then move it away"};
  }

  const FolderCopy& copy_;
};

}  // namespace

Result<void> copy_to_folder(const FolderCopy& copy) { return Copying(copy).run(); }

}  // namespace kontor::backup
