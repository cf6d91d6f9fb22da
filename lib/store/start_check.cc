#include "store/start_check.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "store/disk_reserve.h"
#include "store/identity.h"

namespace kontor::store {
namespace {

Error file_error(const std::filesystem::path& path, const char* what) {
  return {.code = Code::io_error,
          .message = path.string() + " " + what + ": " + std::strerror(errno) + "."};
}

Error newer_schema(std::int64_t found, int version) {
  return {.code = Code::newer_schema,
          .message = "The database has schema " + std::to_string(found) +
                     ", this program knows schemas up to " + std::to_string(version) + ".",
          .hint = "use the newer program; this one has not touched the database"};
}

Error older_schema(std::int64_t found, int version) {
  return {.code = Code::unavailable,
          .message = "The database has schema " + std::to_string(found) +
                     ", this program needs schema " + std::to_string(version) + ".",
          .kind = "schema_outdated",
          .hint = "kontor migrate up"};
}

// The index of the log, which SQLite makes when it opens the database: 32 KiB for each 4,096 pages
// of log, and room for the entries of its folder.
constexpr std::int64_t k_index_bytes = 64LL * 1024;

std::int64_t needed_for_log(const std::filesystem::path& database) {
  std::error_code failure;
  const auto log = std::filesystem::file_size(database.string() + "-wal", failure);
  return k_index_bytes + (failure ? 0 : 2 * static_cast<std::int64_t>(log));
}

}  // namespace

RunningMark::RunningMark(const std::filesystem::path& database)
    : file_(database.string() + "-running") {}

bool RunningMark::is_set() const {
  std::error_code ignored;
  return std::filesystem::exists(file_, ignored);
}

Result<void> RunningMark::set() const {
  const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file_, "cannot be made");
  ::close(fd);
  return sync_folder(file_.parent_path());
}

void RunningMark::clear() const {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

Result<void> check_sqlite() {
  if (sqlite3_libversion_number() >= k_oldest_sqlite) return {};
  return Error{.code = Code::internal,
               .message = "SQLite " + std::string(sqlite3_libversion()) +
                          " can lose commits; 3.51.3 or newer is needed."};
}

bool has_room_to_start(const std::filesystem::path& database, std::size_t reserve_bytes) {
  return free_bytes(database.parent_path()) >=
         needed_for_log(database) + static_cast<std::int64_t>(reserve_bytes);
}

Result<void> make_room_to_open(const std::filesystem::path& database) {
  const auto folder = database.parent_path();
  if (free_bytes(folder) >= needed_for_log(database)) return {};
  DiskReserve(reserve_file(database), 0).release();
  std::error_code failure;
  const bool has_index = std::filesystem::exists(database.string() + "-shm", failure);
  if (has_index || free_bytes(folder) >= k_index_bytes) return {};
  return Error{.code = Code::disk_full,
               .message = "The disk of " + database.string() +
                          " is full: " + std::to_string(free_bytes(folder)) +
                          " bytes are left, and opening takes " + std::to_string(k_index_bytes) +
                          ".",
               .hint = "free some space and start again"};
}

Result<void> check_schema(Connection& connection, int version) {
  const std::int64_t owner = connection.integer("PRAGMA application_id");
  const std::int64_t found = connection.integer("PRAGMA user_version");
  if (owner != k_application_id && connection.integer("SELECT count(*) FROM sqlite_schema") == 0) {
    return Error{
        .code = Code::not_initialised, .message = "The database is empty.", .hint = "kontor init"};
  }
  if (owner != k_application_id) {
    return Error{.code = Code::verification_failed,
                 .message = "The file is not a Kontor database.",
                 .kind = "foreign_database",
                 .hint = "look whether --data names the right directory"};
  }
  if (found > version) return newer_schema(found, version);
  if (found < version) return older_schema(found, version);
  return {};
}

Result<void> quick_check(Connection& connection) {
  Statement check = connection.prepare("PRAGMA quick_check(1)");
  const bool found = check.step();
  if (found && check.text(0) == "ok") return {};
  return Error{.code = Code::verification_failed,
               .message = "The database is damaged: " +
                          (found ? std::string(check.text(0)) : std::string("no answer")) + ".",
               .kind = "database_damaged",
               .hint = "copy the data directory aside, then restore a backup"};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return file_error(folder, "cannot be opened");
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!synced) return file_error(folder, "cannot be synced");
  return {};
}

}  // namespace kontor::store
