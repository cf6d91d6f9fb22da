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

Result<void> check_space(const std::filesystem::path& database, std::size_t reserve_bytes) {
  std::error_code failure;
  const auto wal_bytes = std::filesystem::file_size(database.string() + "-wal", failure);
  const std::int64_t log = failure ? 0 : static_cast<std::int64_t>(wal_bytes);
  const std::int64_t needed = 2 * log + static_cast<std::int64_t>(reserve_bytes);
  const std::int64_t free = free_bytes(database.parent_path());
  if (free >= needed) return {};
  return Error{.code = Code::disk_full,
               .message = "The disk of " + database.string() + " has " + std::to_string(free) +
                          " bytes left; starting needs " + std::to_string(needed) + ".",
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
