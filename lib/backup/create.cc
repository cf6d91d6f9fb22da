#include "backup/create.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <system_error>

#include "backup/archive_writer.h"
#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/staging_folder.h"
#include "backup/table_digest.h"
#include "base/sha256.h"
#include "store/disk_reserve.h"
#include "store/page_copy.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

// Left to the server, which works on the same disk.
constexpr std::int64_t k_room_for_others = 64LL * 1024 * 1024;
constexpr std::size_t k_piece = 1024 * 1024;

std::int64_t size_of(const std::filesystem::path& file) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  return failure ? 0 : static_cast<std::int64_t>(bytes);
}

Result<FileDigest> digest_of(const std::filesystem::path& file, std::string path) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return file_error(file, "cannot be read");
  const auto read = [&]() -> Result<FileDigest> {
    FileDigest digest{.path = std::move(path)};
    Sha256Stream stream;
    std::string piece(k_piece, '\0');
    while (const std::size_t got = TRY(read_up_to(fd, piece.data(), piece.size(), file))) {
      stream.add({piece.data(), got});
      digest.bytes += static_cast<std::int64_t>(got);
    }
    digest.sha256 = stream.hex();
    return digest;
  };
  auto digest = read();
  ::close(fd);
  return digest;
}

// Relative paths of the uploaded files, in an order that is always the same.
Result<std::vector<std::string>> files_below(const std::filesystem::path& data_dir) {
  std::vector<std::string> paths;
  std::error_code failure;
  const std::filesystem::path folder = data_dir / "files";
  if (!std::filesystem::exists(folder, failure)) return paths;
  for (std::filesystem::recursive_directory_iterator at(folder, failure), end;
       !failure && at != end; at.increment(failure)) {
    if (at->is_directory(failure)) continue;
    const std::string path = at->path().lexically_relative(data_dir).generic_string();
    if (!at->is_regular_file(failure) || !is_allowed_path(path)) {
      return Error{.code = Code::unsupported,
                   .message = at->path().string() + " is no file of Kontor, so it is in no backup.",
                   .kind = "foreign_entry",
                   .hint = "move it out of " + folder.string()};
    }
    paths.push_back(path);
  }
  if (failure) {
    errno = failure.value();
    return file_error(folder, "cannot be read");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<void> check_room(const CreateOptions& options) {
  const std::filesystem::path database = options.data_dir / "kontor.db";
  std::int64_t copy = size_of(database) + size_of(database.string() + "-wal");
  std::int64_t packed = copy / 2;
  for (const std::string& path : TRY(files_below(options.data_dir))) {
    packed += size_of(options.data_dir / path);
  }
  const std::int64_t needed = copy + packed + k_room_for_others;
  const std::int64_t free = store::free_bytes(options.folder);
  if (free >= needed) return {};
  return Error{.code = Code::disk_full,
               .message = options.folder.string() + " has " + std::to_string(free) +
                          " bytes free; the backup takes up to " + std::to_string(needed) +
                          " while it is made.",
               .hint = "kontor backup prune, or another folder with --to"};
}

class Making {
 public:
  Making(const CreateOptions& options, const std::filesystem::path& staging)
      : options_(options), copy_(staging / "kontor.db"), packed_(staging / "backup.tar.gz") {}

  Result<void> copy(const Clock& clock) {
    manifest_.taken_at_ms = clock.now_ms();
    const auto copied = TRY(store::copy_pages({.database = options_.data_dir / "kontor.db",
                                               .target = copy_,
                                               .is_cancelled = options_.is_cancelled,
                                               .on_fixed = options_.on_fixed}));
    manifest_.pages = copied.pages;
    manifest_.page_bytes = copied.page_bytes;
    return {};
  }

  Result<void> describe(std::string id) {
    manifest_.id = std::move(id);
    manifest_.program = options_.program;
    manifest_.reason = options_.reason;
    manifest_.left_out = {"backups", "archive"};
    if (!takes_key()) manifest_.left_out.insert(manifest_.left_out.begin(), "master.key");
    TRY(check_sound());
    if (options_.audit_head) manifest_.audit = TRY(options_.audit_head(copy_));
    manifest_.contents = TRY(read_contents(copy_));
    manifest_.files.push_back(TRY(digest_of(copy_, "kontor.db")));
    std::error_code failure;
    if (std::filesystem::exists(options_.data_dir / "kontor.toml", failure)) {
      manifest_.files.push_back(TRY(digest_of(options_.data_dir / "kontor.toml", "kontor.toml")));
    }
    if (takes_key()) {
      manifest_.files.push_back(
          TRY(digest_of(options_.data_dir / k_master_key, std::string(k_master_key))));
    }
    for (const std::string& path : TRY(files_below(options_.data_dir))) {
      manifest_.files.push_back(TRY(digest_of(options_.data_dir / path, path)));
    }
    return {};
  }

  Result<void> pack() {
    ArchiveWriter writer = TRY(ArchiveWriter::open(packed_, manifest_.taken_at_ms,
                                                   options_.is_cancelled, options_.recipients));
    const std::string text = to_json(manifest_);
    TRY(writer.add("manifest.json", text));
    TRY(writer.add("SHA256SUMS", checksums(text, manifest_)));
    for (const FileDigest& file : manifest_.files) {
      TRY(writer.add_file(file, file.path == "kontor.db" ? copy_ : options_.data_dir / file.path));
    }
    bytes_ = TRY(writer.finish());
    own_key_ = writer.own_key();
    return {};
  }

  // The file's real name comes last. Another backup of the same second has another id.
  Result<std::filesystem::path> publish() const {
    std::filesystem::path file = options_.folder / backup_name(manifest_.taken_at_ms, manifest_.id,
                                                               !options_.recipients.empty());
    TRY(move(packed_, file));
    TRY(store::sync_folder(options_.folder));
    return file;
  }

  Manifest& manifest() { return manifest_; }
  std::int64_t bytes() const { return bytes_; }
  const Keyring& own_key() const { return own_key_; }

 private:
  // The key leaves the machine sealed or not at all. As a credential it is not in the directory.
  bool takes_key() const {
    std::error_code failure;
    return !options_.recipients.empty() &&
           std::filesystem::is_regular_file(options_.data_dir / k_master_key, failure);
  }

  Result<void> check_sound() const {
    const auto found = TRY(find_damage(copy_));
    if (found.empty()) return {};
    Error error{.code = Code::verification_failed,
                .message = "The database is damaged, so no backup was made of it: " + found.front(),
                .kind = "database_damaged",
                .hint = "kontor verify, then restore the newest backup from before the damage"};
    for (const std::string& what : found) error.fields.push_back({"kontor.db", "damaged", what});
    return error;
  }

  const CreateOptions& options_;
  std::filesystem::path copy_, packed_;
  Manifest manifest_;
  std::int64_t bytes_ = 0;
  Keyring own_key_;
};

Result<void> check_there(const std::filesystem::path& data_dir) {
  std::error_code failure;
  if (std::filesystem::exists(data_dir / "kontor.db", failure)) return {};
  return Error{.code = Code::not_initialised,
               .message = data_dir.string() + " has no database, so there is nothing to back up.",
               .hint = "kontor init --data " + data_dir.string()};
}

}  // namespace

Result<Made> create_backup(const CreateOptions& options, const Clock& clock, Random& random) {
  const std::int64_t began_ms = clock.monotonic_ms();
  TRY(check_there(options.data_dir));
  TRY(make_folders(options.folder));
  StagingFolder::sweep(options.folder);
  TRY(check_room(options));
  const StagingFolder staging = TRY(StagingFolder::make(options.folder, random));
  Making making(options, staging.path());
  TRY(making.copy(clock));
  TRY(making.describe(random_hex(random, 8)));
  TRY(making.pack());
  std::filesystem::path file = TRY(making.publish());
  return Made{.file = std::move(file),
              .manifest = std::move(making.manifest()),
              .bytes = making.bytes(),
              .duration_ms = clock.monotonic_ms() - began_ms,
              .is_sealed = !options.recipients.empty(),
              .own_key = making.own_key()};
}

}  // namespace kontor::backup
