#include "store/data_dir.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace kontor::store {
namespace {

constexpr mode_t k_private_folder = 0700;
constexpr const char* k_lock_file = "kontor.lock";

// Not all of them are in linux/magic.h of Debian 12. FUSE is among them because sshfs is one.
constexpr std::array<long, 7> k_network_filesystems = {0x6969 /* NFS */,
                                                       0x517B /* SMB */,
                                                       0xFF534D42 /* CIFS */,
                                                       0xFE534D42 /* SMB2 */,
                                                       0x01021997 /* 9P */,
                                                       0x65735546 /* FUSE */,
                                                       0x00C36400 /* Ceph */};

// Only a disk that fails is an I/O error; the rest is for the operator to put right.
Code code_of(int error) {
  switch (error) {
    case EIO:
    case EROFS: return Code::io_error;
    case ENOSPC:
    case EDQUOT: return Code::disk_full;
    case ENOENT:
    case ENOTDIR: return Code::not_found;
    default: return Code::forbidden;
  }
}

std::string hint_of(const std::filesystem::path& path, int error) {
  if (error == ENOENT) return "mkdir -p " + path.parent_path().string();
  if (error == EROFS) return "mount it writable (mount -o remount,rw), or use another --data";
  return {};
}

Error not_a_directory(const std::filesystem::path& path) {
  return {.code = Code::not_found,
          .message = path.string() + " is not a directory.",
          .hint = "name another directory with --data"};
}

Error system_error(const std::filesystem::path& path, const char* what) {
  const int error = errno;
  return {.code = code_of(error),
          .message = path.string() + " " + what + ": " + std::strerror(error) + ".",
          .hint = hint_of(path, error)};
}

Error not_initialised(const std::filesystem::path& path, const char* what) {
  return {.code = Code::not_initialised,
          .message = path.string() + " " + what,
          .hint = "kontor init --data " + path.string()};
}

Result<void> make_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), k_private_folder) == 0 || errno == EEXIST) return {};
  return system_error(path, "cannot be made");
}

Result<void> check_owner(const std::filesystem::path& path) {
  struct stat entry {};
  if (::stat(path.c_str(), &entry) != 0) return system_error(path, "cannot be looked at");
  if (!S_ISDIR(entry.st_mode)) return not_a_directory(path);
  if (entry.st_uid != ::geteuid()) {
    return Error{.code = Code::forbidden,
                 .message = path.string() + " belongs to user " + std::to_string(entry.st_uid) +
                            ", this process runs as user " + std::to_string(::geteuid()) + ".",
                 .kind = "wrong_owner",
                 .hint = "run as the owner, or give the directory away with chown -R"};
  }
  if ((entry.st_mode & 0777) != k_private_folder && ::chmod(path.c_str(), k_private_folder) != 0) {
    return system_error(path, "cannot be made private");
  }
  return {};
}

Result<void> check_filesystem(const std::filesystem::path& path, const DataDirOptions& options) {
  struct statfs disk {};
  if (::statfs(path.c_str(), &disk) != 0) return system_error(path, "cannot be looked at");
  const long type = options.filesystem_type.value_or(static_cast<long>(disk.f_type));
  if (std::ranges::find(k_network_filesystems, type) == k_network_filesystems.end()) return {};
  return Error{.code = Code::unsupported,
               .message = path.string() +
                          " is on a network or FUSE file system, where the "
                          "database's lock and shared memory cannot be trusted.",
               .kind = "network_filesystem",
               .hint = "use a directory on a local disk"};
}

Result<void> check_root(const DataDirOptions& options) {
  if (options.allow_root || ::geteuid() != 0) return {};
  return Error{.code = Code::forbidden,
               .message = "Running as root is not allowed here.",
               .kind = "runs_as_root",
               .hint = "run as a user of its own"};
}

std::optional<DataDirHolder> parse_holder(std::string_view text) {
  DataDirHolder holder;
  for (bool first = true; !text.empty(); first = false) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!first) {
      holder.addresses.emplace_back(line);
    } else if (std::from_chars(line.data(), line.data() + line.size(), holder.pid).ec !=
               std::errc()) {
      return std::nullopt;
    }
  }
  if (holder.pid == 0) return std::nullopt;
  return holder;
}

std::optional<DataDirHolder> read_holder(int lock) {
  std::array<char, 4096> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  return parse_holder({text.data(), size > 0 ? static_cast<std::size_t>(size) : 0});
}

std::string holder_of(int lock) {
  const auto holder = read_holder(lock);
  if (!holder) return "another process";
  std::string text = "process " + std::to_string(holder->pid);
  for (const std::string& address : holder->addresses) {
    text += (&address == &holder->addresses.front() ? ", which answers on " : " and ") + address;
  }
  return text;
}

Error locked(const std::filesystem::path& path, int lock) {
  return {.code = Code::locked,
          .message = path.string() + " is in use by " + holder_of(lock) + ".",
          .hint = "stop that process first, or use another --data directory"};
}

// The lock holds without its text, so a full disk is no reason to refuse; but the text of a holder
// who is gone must not stay.
bool write_holder(int lock, const std::vector<std::string>& addresses) {
  std::string text = std::to_string(::getpid()) + "\n";
  for (const std::string& address : addresses) text += address + "\n";
  const ssize_t written = ::pwrite(lock, text.data(), text.size(), 0);
  if (written < 0 && errno == ENOSPC) return ::ftruncate(lock, 0) == 0;
  return written == static_cast<ssize_t>(text.size()) &&
         ::ftruncate(lock, static_cast<off_t>(text.size())) == 0;
}

}  // namespace

Result<DataDir> DataDir::create(const std::filesystem::path& path, const DataDirOptions& options) {
  ::umask(077);
  TRY(make_folder(path));
  DataDir made = TRY(lock(path, options));
  for (const auto& folder : {made.files(), made.backups(), made.archive()}) {
    TRY(make_folder(folder));
  }
  return made;
}

Result<DataDir> DataDir::open(const std::filesystem::path& path, const DataDirOptions& options) {
  ::umask(077);
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return not_initialised(path, "does not exist.");
  if (!std::filesystem::is_directory(path, failure)) return not_a_directory(path);
  if (!std::filesystem::exists(path / "kontor.db", failure)) {
    return not_initialised(path, "has no database yet.");
  }
  return lock(path, options);
}

Result<DataDir> DataDir::lock(const std::filesystem::path& path, const DataDirOptions& options) {
  TRY(check_root(options));
  TRY(check_owner(path));
  if (!options.allow_network_filesystem) TRY(check_filesystem(path, options));
  const std::filesystem::path file = path / k_lock_file;
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return system_error(file, "cannot be opened");
  DataDir held(path, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return locked(path, fd);
    return system_error(file, "cannot be locked");
  }
  if (!write_holder(fd, {})) return system_error(file, "cannot be written");
  return held;
}

// The file stays: removing it would let two processes lock two files of one name.
DataDir::DataDir(DataDir&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> DataDir::announce(const std::vector<std::string>& addresses) const {
  if (write_holder(lock_, addresses)) return {};
  return system_error(path_ / k_lock_file, "cannot be written");
}

bool DataDir::has_database() const {
  std::error_code failure;
  return std::filesystem::exists(database(), failure);
}

std::optional<DataDirHolder> read_holder(const std::filesystem::path& data_dir) {
  const int fd = ::open((data_dir / k_lock_file).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  auto holder = read_holder(fd);
  ::close(fd);
  return holder;
}

// A line: "1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF".
std::optional<bool> is_held(const std::filesystem::path& data_dir) {
  struct stat entry {};
  if (::stat((data_dir / k_lock_file).c_str(), &entry) != 0) return false;
  std::ifstream locks("/proc/locks");
  if (!locks) return std::nullopt;
  const std::string inode = ":" + std::to_string(entry.st_ino) + " ";
  for (std::string line; std::getline(locks, line);) {
    if (line.find(" FLOCK ") != std::string::npos && line.find(inode) != std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace kontor::store
