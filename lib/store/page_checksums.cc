#include "store/page_checksums.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <string_view>
#include <system_error>

#include "store/checkpoints.h"
#include "store/connection.h"
#include "store/snapshot.h"
#include "store/sql_failure.h"
#include "store/start_check.h"
#include "store/wal_scan.h"

extern "C" int sqlite3_register_cksumvfs(const char* unused);

namespace kontor::store {
namespace {

constexpr const char* k_vfs = "cksmvfs";
constexpr std::size_t k_sum_bytes = k_page_checksum_bytes;
// sqlite.org/fileformat2.html, 1.3.
constexpr std::size_t k_header_bytes = 100;
constexpr std::size_t k_page_bytes_at = 16;
constexpr std::size_t k_reserved_at = 20;
// What is read, and what may wait for the disk, at a time.
constexpr std::size_t k_piece_bytes = 1024 * 1024;
constexpr std::size_t k_unsynced_bytes = 8 * k_piece_bytes;

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  explicit operator bool() const { return fd_ >= 0; }

  // Fewer bytes only at the end of the file.
  Result<std::string> read(std::size_t bytes, off_t at) const {
    std::string out(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
      const ssize_t more =
          ::pread(fd_, out.data() + got, bytes - got, at + static_cast<off_t>(got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return failure("read");
      if (more == 0) break;
      got += static_cast<std::size_t>(more);
    }
    out.resize(got);
    return out;
  }

  Result<void> write(std::string_view bytes, off_t at) const {
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), at);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failure("written");
      at += put;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }

  Result<void> sync() const {
    if (::fdatasync(fd_) != 0) return failure("synced");
    return {};
  }

  Error failure(const char* done) const {
    return {.code = Code::io_error,
            .message = path_.string() + " cannot be " + done + ": " + std::strerror(errno) + "."};
  }

 private:
  std::filesystem::path path_;
  int fd_;
};

struct Form {
  std::size_t page_bytes = 0;
  bool has_checksums = false;
};

// Of an empty file or one that is no database: no checksums.
Form form_of(std::string_view header) {
  if (header.size() < k_header_bytes || !header.starts_with("SQLite format 3")) return {};
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(header[at]));
  };
  const std::size_t told = byte(k_page_bytes_at) << 8 | byte(k_page_bytes_at + 1);
  return {.page_bytes = told == 1 ? 65536 : told,
          .has_checksums = byte(k_reserved_at) == k_sum_bytes};
}

Form form_in(const std::filesystem::path& database) {
  const File file(database, O_RDONLY);
  if (!file) return {};
  const Result<std::string> header = file.read(k_header_bytes, 0);
  return header.ok() ? form_of(*header) : Form{};
}

using FileId = std::pair<std::uint64_t, std::uint64_t>;

FileId file_of(const std::filesystem::path& path) {
  struct stat entry {};
  if (::stat(path.c_str(), &entry) != 0) return {};
  return {entry.st_dev, entry.st_ino};
}

struct FileInUse {
  int users = 0;
  bool has_checksums = false;
};

// One for the process, as POSIX locks are the process's.
struct FilesInUse {
  std::mutex mutex;
  std::map<FileId, FileInUse> found;
};

FilesInUse& files_in_use() {
  static FilesInUse files;
  return files;
}

// As SQLite's extension counts: two sums over words of 32 bits, lowest byte first.
std::string sum_of(std::string_view page) {
  const auto word = [&](std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 8 | static_cast<unsigned char>(page[at + i]);
    return out;
  };
  std::uint32_t first = 0, second = 0;
  for (std::size_t at = 0; at + k_sum_bytes < page.size(); at += 8) {
    first += word(at) + second;
    second += word(at + 4) + first;
  }
  std::string out;
  for (const std::uint32_t sum : {first, second})
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(sum >> shift & 0xff);
  return out;
}

// True if one of them had to be.
bool stamp(std::string& pages, std::size_t page_bytes) {
  bool changed = false;
  for (std::size_t at = 0; at + page_bytes <= pages.size(); at += page_bytes) {
    const std::string sum = sum_of(std::string_view(pages).substr(at, page_bytes));
    const std::size_t end = at + page_bytes - k_sum_bytes;
    if (pages.compare(end, k_sum_bytes, sum) == 0) continue;
    pages.replace(end, k_sum_bytes, sum);
    changed = true;
  }
  return changed;
}

// It would be the default, and add a function to every connection: here it is asked for by name.
void register_vfs() {
  sqlite3_vfs* usual = sqlite3_vfs_find(nullptr);
  if (sqlite3_register_cksumvfs(nullptr) != SQLITE_OK) throw SqlFailure(SQLITE_NOMEM, "no memory");
  sqlite3_vfs_register(usual, 1);
  sqlite3_reset_auto_extension();
}

Result<void> empty_log(const std::filesystem::path& database) {
  try {
    Connection writer({.database = database, .role = Role::writer});
    if (Checkpoints(writer, {}).truncate()) return {};
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
  return Error{.code = Code::locked,
               .message = database.string() + " is in use by another program.",
               .hint = "stop the program that reads it"};
}

// The log is empty: what is left of it belongs to the old file.
Result<void> take_place(const std::filesystem::path& fresh, const std::filesystem::path& database) {
  std::error_code failure;
  for (const char* tail : {"-wal", "-shm"}) {
    std::filesystem::remove(database.string() + tail, failure);
    if (failure) break;
  }
  if (!failure) std::filesystem::rename(fresh, database, failure);
  if (failure)
    return Error{.code = Code::io_error,
                 .message = database.string() + " cannot be replaced: " + failure.message() + "."};
  return sync_folder(database.parent_path());
}

}  // namespace

bool has_page_checksums(const std::filesystem::path& database) {
  return DatabaseInUse(database).vfs() == k_vfs;
}

DatabaseInUse::DatabaseInUse(const std::filesystem::path& database) : file_(file_of(database)) {
  if (file_ == FileId()) return;
  FilesInUse& files = files_in_use();
  const std::lock_guard lock(files.mutex);
  FileInUse& file = files.found[file_];
  if (file.users == 0) file.has_checksums = form_in(database).has_checksums;
  ++file.users;
  has_checksums_ = file.has_checksums;
}

DatabaseInUse::~DatabaseInUse() {
  if (file_ == FileId()) return;
  FilesInUse& files = files_in_use();
  const std::lock_guard lock(files.mutex);
  const auto found = files.found.find(file_);
  if (--found->second.users == 0) files.found.erase(found);
}

std::string DatabaseInUse::vfs() const {
  if (!has_checksums_) return {};
  static std::once_flag registered;
  std::call_once(registered, register_vfs);
  return k_vfs;
}

Result<void> stamp_pages(const std::filesystem::path& database) {
  const Form form = form_in(database);
  if (!form.has_checksums) return {};
  const File file(database, O_RDWR);
  if (!file) return file.failure("opened");
  std::size_t unsynced = 0;
  for (off_t at = 0;; at += static_cast<off_t>(k_piece_bytes)) {
    std::string pages = TRY(file.read(k_piece_bytes, at));
    if (pages.empty()) break;
    if (!stamp(pages, form.page_bytes)) continue;
    TRY(file.write(pages, at));
    unsynced += pages.size();
    if (unsynced < k_unsynced_bytes) continue;
    TRY(file.sync());
    unsynced = 0;
  }
  return file.sync();
}

Result<bool> add_page_checksums(const std::filesystem::path& database) {
  if (has_page_checksums(database)) return false;
  TRY(check_wal(database));
  TRY(empty_log(database));
  const std::filesystem::path fresh = database.string() + ".checksums";
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);  // of one that was killed
  TRY(write_snapshot(database, fresh, {}, true));
  TRY(take_place(fresh, database));
  return true;
}

}  // namespace kontor::store
