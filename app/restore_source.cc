#include "restore_source.h"

#include <system_error>
#include <utility>

#include "archiving.h"
#include "backup/archive_bundle.h"
#include "backup/catalogue.h"
#include "backup_making.h"
#include "target_stores.h"

namespace kontor::app {
namespace {

// An archive in a folder is what a dir: target was sent.
bool has_bundles(const std::filesystem::path& folder) {
  std::error_code failure;
  for (const auto& item : std::filesystem::directory_iterator(folder, failure)) {
    if (backup::BundleName::parse(item.path().filename().string())) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<BackupTarget>> readable_target(const std::string& from) {
  auto target = BackupTarget::parse(from);
  if (from.starts_with("s3:") && !target) {
    return Error{.code = Code::usage,
                 .message = from +
                            " is no bucket with a prefix: a bucket's name has 3 to 63 small "
                            "letters, digits, dots and hyphens.",
                 .kind = "usage",
                 .hint = "--from s3://BUCKET/PREFIX"};
  }
  if (!target || target->kind != BackupTarget::Kind::command) return target;
  return Error{.code = Code::usage,
               .message = "A command takes backups away; it cannot bring them back.",
               .kind = "target_write_only",
               .hint = "fetch the files into a folder, then: --from FOLDER"};
}

Result<RestoreSource> RestoreSource::open(Wish wish, const Config& config, const Session& session,
                                          const backup::Keyring& keys) {
  const auto target = TRY(readable_target(wish.from));
  RestoreSource source(std::move(wish), keys);
  if (target && target->kind == BackupTarget::Kind::bucket) {
    source.store_ = TRY(store_of(*target, config, session.environment, session.clock));
  } else if (target) {
    source.wish_.from = target->place;
  }
  if (!source.store_ && !source.wish_.from.empty() && has_bundles(source.folder())) {
    source.store_ = backup::folder_store(source.folder());
  }
  if (!source.store_) return source;
  backup::StagingFolder::sweep(source.wish_.scratch);
  source.staging_ = std::make_shared<backup::StagingFolder>(
      TRY(backup::StagingFolder::make(source.wish_.scratch, session.random)));
  source.fetch_.emplace(
      backup::FetchWish{.store = *source.store_,
                        .folder = source.staging_->path(),
                        .effort = {.timeout_ms = config.integer("backup_target_timeout_s") * 1000,
                                   .is_cancelled = source.wish_.is_cancelled}});
  return source;
}

std::filesystem::path RestoreSource::folder() const {
  return wish_.from.empty() ? backups_of(wish_.data)
                            : std::filesystem::absolute(wish_.from).lexically_normal();
}

std::string RestoreSource::shown() const { return store_ ? wish_.from : folder().string(); }

FoundBackup RestoreSource::found(std::filesystem::path file) const {
  std::string text = store_ ? wish_.from + "/" + file.filename().string() : file.string();
  return {.file = std::move(file), .shown = std::move(text)};
}

FoundBackup RestoreSource::found(backup::ArchivePoint point) const {
  FoundBackup backup = found(point.backup);
  backup.point = std::move(point);
  return backup;
}

Result<FoundBackup> RestoreSource::find(const std::string& which,
                                        std::optional<std::int64_t> at_ms) const {
  auto backup = TRY(fetch_ ? find_there(which, at_ms) : find_here(which, at_ms));
  if (backup.point) TRY(backup::check_segments(*backup.point, backup::segment_form({}, keys_)));
  return backup;
}

Result<FoundBackup> RestoreSource::find_here(const std::string& which,
                                             std::optional<std::int64_t> at_ms) const {
  if (at_ms) {
    return found(TRY(backup::find_point(archive_of(wish_.data), folder(), at_ms,
                                        backup::segment_form({}, keys_))));
  }
  if (which == "latest" && wish_.from.empty()) return find_latest_here();
  return found(TRY(backup::find_backup(folder(), which, keys_)));
}

// The latest is what the archive holds, unless a backup is newer or there is no archive.
Result<FoundBackup> RestoreSource::find_latest_here() const {
  auto point = backup::find_point(archive_of(wish_.data), folder(), std::nullopt,
                                  backup::segment_form({}, keys_));
  if (!point.ok() && point.error().kind != "no_archive_point") return std::move(point).error();
  if (point.ok() && !point->segments.empty()) {
    const auto newest = backup::find_backup(folder(), "latest", keys_);
    const bool is_other = newest.ok() && *newest != point->backup;
    const auto manifest = is_other ? backup::read_manifest(*newest, keys_)
                                   : Result<backup::Manifest>(Error{.code = Code::not_found});
    if (!manifest.ok() || manifest->taken_at_ms <= point->last_ms) return found(*std::move(point));
  }
  return found(TRY(backup::find_backup(folder(), "latest", keys_)));
}

Result<FoundBackup> RestoreSource::find_there(const std::string& which,
                                              std::optional<std::int64_t> at_ms) const {
  TRY(backup::fetch_erasures(*fetch_));
  if (at_ms) {
    return found(TRY(backup::fetch_point(*fetch_, at_ms, backup::segment_form({}, keys_))));
  }
  if (which == "latest") return find_latest_there();
  return found(TRY(backup::fetch_backup(*fetch_, which)));
}

// By the names, so that nothing is fetched for nothing.
Result<FoundBackup> RestoreSource::find_latest_there() const {
  auto point = backup::fetch_point(*fetch_, std::nullopt, backup::segment_form({}, keys_));
  if (!point.ok() && point.error().kind != "no_archive_point") return std::move(point).error();
  if (point.ok() && !point->segments.empty()) {
    const auto backups = TRY(backup::list_stored_backups(*fetch_));
    const std::string end = backup::backup_name(point->last_ms, "ffffffff");
    if (backups.empty() || backups.front().name <= end) return found(*std::move(point));
  }
  return found(TRY(backup::fetch_backup(*fetch_, "latest")));
}

Result<FoundBackup> RestoreSource::find_backup(const std::string& which) const {
  if (fetch_) return found(TRY(backup::fetch_backup(*fetch_, which)));
  return found(TRY(backup::find_backup(folder(), which, keys_)));
}

Result<backup::ArchiveReport> RestoreSource::check_archive() const {
  const backup::SegmentForm form = backup::segment_form({}, keys_);
  if (fetch_) return backup::check_stored_archive(*fetch_, form);
  return backup::check_archive(archive_of(wish_.data), folder(), form);
}

std::string RestoreSource::other_than(const std::filesystem::path& file) const {
  return store_ ? std::string() : backup::other_backup(folder(), file, keys_);
}

}  // namespace kontor::app
