#include "backup_making.h"

#include <sys/stat.h>
#include <unistd.h>

#include "audit_proof.h"
#include "backup/catalogue.h"
#include "backup/status.h"
#include "build_info.h"

namespace kontor::app {
namespace {

// In the folder of the data directory a name says all; elsewhere it takes the path.
std::string recorded_name(const backup::Made& made, const std::filesystem::path& backups) {
  return made.file.parent_path() == backups ? made.file.filename().string() : made.file.string();
}

// Can this machine prove it? Its beginning tells.
bool is_closed_to(const backup::Made& made, const backup::Keyring& keys) {
  return made.is_sealed && !backup::read_manifest(made.file, keys).ok();
}

backup::BackupRecord record_of(const backup::Made& made, const BackupWish& wish) {
  const std::filesystem::path backups = backups_of(wish.data);
  return {.file = recorded_name(made, backups),
          .at_ms = made.manifest.taken_at_ms,
          .bytes = made.bytes,
          .database_bytes = made.manifest.files.front().bytes,
          .rows = made.manifest.contents.rows(),
          .duration_ms = made.duration_ms,
          .reason = made.manifest.reason,
          .is_sealed = made.is_sealed,
          .is_closed = is_closed_to(made, wish.sealing.keys)};
}

}  // namespace

Result<void> check_own_database(const std::filesystem::path& data) {
  struct stat entry {};
  if (::stat((data / "kontor.db").c_str(), &entry) != 0) {
    return Error{.code = Code::not_initialised,
                 .message = data.string() + " has no database.",
                 .hint = "kontor init --data " + data.string()};
  }
  if (entry.st_uid == ::geteuid()) return {};
  return Error{.code = Code::forbidden,
               .message = (data / "kontor.db").string() + " belongs to user " +
                          std::to_string(entry.st_uid) + ", this process runs as user " +
                          std::to_string(::geteuid()) + ".",
               .kind = "wrong_owner",
               .hint = "run it as the owner"};
}

Result<backup::Made> make_recorded_backup(const BackupWish& wish, const Clock& clock,
                                          Random& random) {
  TRY(check_own_database(wish.data));
  const std::filesystem::path backups = backups_of(wish.data);
  backup::BaseMark mark;
  if (wish.archiver != nullptr) mark = wish.archiver->begin_base();
  auto made = backup::create_backup({.data_dir = wish.data,
                                     .folder = wish.folder,
                                     .reason = wish.reason,
                                     .program = std::string(build_info().version),
                                     .is_cancelled = wish.is_cancelled,
                                     .on_fixed =
                                         [&] {
                                           if (wish.archiver != nullptr)
                                             wish.archiver->fix_base(mark);
                                         },
                                     .audit_head = chain_head_of,
                                     .recipients = wish.sealing.recipients},
                                    clock, random);
  if (made.ok()) {
    TRY(backup::record_backup(backups, record_of(*made, wish)));
    if (wish.archiver != nullptr) TRY(wish.archiver->add_base(mark, *made));
  } else if (made.error().kind != "interrupted") {
    // On a full disk the record may fail too; the error of the backup is the one to tell.
    [[maybe_unused]] const auto recorded =
        backup::record_failure(backups, {.at_ms = clock.now_ms(), .what = made.error().message});
  }
  return made;
}

}  // namespace kontor::app
