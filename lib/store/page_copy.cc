#include "store/page_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <memory>
#include <system_error>

#include "base/unique_fd.h"
#include "store/connection.h"
#include "store/page_checksums.h"
#include "store/sql_failure.h"
#include "store/start_check.h"

namespace kontor::store {
namespace {

// What may wait for the disk at any moment: a tenth of a second's worth on a slow one.
constexpr std::int64_t k_unsynced_bytes = 8LL * 1024 * 1024;

struct CloseDatabase {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};
using Target = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};
using Backup = std::unique_ptr<sqlite3_backup, FinishBackup>;

Target open_target(const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int rc = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  Target target(handle);
  if (rc != SQLITE_OK) throw SqlFailure(rc, handle ? sqlite3_errmsg(handle) : "no memory");
  sqlite3_extended_result_codes(handle, 1);
  // Nobody reads the copy before it is whole, so it needs no way back.
  const char* pragmas = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=0;";
  if (sqlite3_exec(handle, pragmas, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw SqlFailure(handle);
  }
  return target;
}

Error not_synced(const std::filesystem::path& target) {
  return {.code = Code::io_error,
          .message = target.string() + " cannot be synced.",
          .hint = "check the disk and the system's log"};
}

Error cancelled() {
  return {.code = Code::unavailable,
          .message = "The copy was interrupted; nothing is left of it.",
          .kind = "interrupted",
          .hint = "run it again"};
}

Result<void> run_steps(const PageCopyOptions& options, std::int64_t page_bytes,
                       sqlite3_backup* backup, sqlite3* target) {
  const UniqueFd file(::open(options.target.c_str(), O_RDWR | O_CLOEXEC));
  std::int64_t unsynced = 0;
  for (int rc = SQLITE_OK; rc != SQLITE_DONE;) {
    if (options.is_cancelled && options.is_cancelled()) return cancelled();
    rc = sqlite3_backup_step(backup, options.step_pages);
    if (rc != SQLITE_OK && rc != SQLITE_DONE) throw SqlFailure(rc, sqlite3_errmsg(target));
    unsynced += options.step_pages * page_bytes;
    if (rc != SQLITE_DONE && unsynced < k_unsynced_bytes) continue;
    if (!file || ::fdatasync(file.get()) != 0) return not_synced(options.target);
    unsynced = 0;
  }
  return {};
}

Result<PageCopy> copy(const PageCopyOptions& options) {
  Connection source({.database = options.database, .role = Role::reader, .vfs = options.vfs});
  source.run_script("BEGIN;");
  PageCopy made;
  made.page_bytes = source.integer("PRAGMA page_size");
  made.pages = source.integer("PRAGMA page_count");  // the first look: it fixes the moment
  if (options.on_fixed) options.on_fixed();
  {
    const Target target = open_target(options.target);
    const Backup backup(sqlite3_backup_init(target.get(), "main", source.handle(), "main"));
    if (!backup) throw SqlFailure(target.get());
    TRY(run_steps(options, made.page_bytes, backup.get(), target.get()));
  }
  TRY(stamp_pages(options.target));
  return made;
}

Result<PageCopy> copy_contained(const PageCopyOptions& options) {
  try {
    return copy(options);
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

}  // namespace

Result<PageCopy> copy_pages(const PageCopyOptions& options) {
  std::error_code ignored;
  if (std::filesystem::exists(options.target, ignored)) {
    return Error{.code = Code::conflict, .message = options.target.string() + " exists already."};
  }
  Result<PageCopy> made = copy_contained(options);
  if (made.ok()) {
    const Result<void> synced = sync_folder(options.target.parent_path());
    if (!synced.ok()) made = synced.error();
  }
  if (!made.ok()) std::filesystem::remove(options.target, ignored);
  return made;
}

}  // namespace kontor::store
