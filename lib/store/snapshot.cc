#include "store/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "store/connection.h"
#include "store/page_checksums.h"
#include "store/sql_failure.h"
#include "store/start_check.h"

namespace kontor::store {
namespace {

Result<void> sync_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (synced) return {};
  return Error{.code = Code::io_error, .message = file.string() + " cannot be synced."};
}

Result<void> copy(const std::filesystem::path& database, const std::filesystem::path& target,
                  const std::string& vfs, bool add_checksums) {
  Connection source({.database = database, .role = Role::snapshot, .vfs = vfs});
  if (add_checksums) source.reserve_page_bytes(k_page_checksum_bytes);
  const std::string name = target.string();
  source.prepare("VACUUM INTO ?1").with(std::string_view(name)).run();
  TRY(stamp_pages(target));
  Connection made({.database = target, .role = Role::reader, .vfs = vfs});
  TRY(quick_check(made));
  if (made.integer("PRAGMA user_version") != source.integer("PRAGMA user_version")) {
    return Error{.code = Code::verification_failed, .message = "The snapshot is not complete."};
  }
  return {};
}

Result<void> copy_contained(const std::filesystem::path& database,
                            const std::filesystem::path& target, const std::string& vfs,
                            bool add_checksums) {
  try {
    return copy(database, target, vfs, add_checksums);
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

}  // namespace

Result<void> write_snapshot(const std::filesystem::path& database,
                            const std::filesystem::path& target, const std::string& vfs,
                            bool add_checksums) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored)) {
    return Error{.code = Code::conflict, .message = target.string() + " exists already."};
  }
  Result<void> copied = copy_contained(database, target, vfs, add_checksums);
  if (!copied.ok()) {
    std::filesystem::remove(target, ignored);
    return copied;
  }
  TRY(sync_file(target));
  return sync_folder(target.parent_path());
}

}  // namespace kontor::store
