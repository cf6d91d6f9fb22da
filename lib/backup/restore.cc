#include "backup/restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "backup/archive_reader.h"
#include "backup/durable_file.h"
#include "backup/sealed_stream.h"
#include "backup/staging_folder.h"
#include "backup/table_digest.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/unique_fd.h"
#include "store/disk_reserve.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_piece = 1024 * 1024;
constexpr std::int64_t k_room_for_others = 64LL * 1024 * 1024;

Error failure(const std::filesystem::path& file, const char* kind, const std::string& what) {
  return {.code = Code::verification_failed, .message = file.string() + " " + what, .kind = kind};
}

class Unpacking {
 public:
  Unpacking(const std::filesystem::path& file, int fd, const std::filesystem::path& folder,
            const Keyring& keys)
      : file_(file),
        folder_(folder),
        reader_(opened(bytes_of(fd, file.string()), file.string(), k_backup_purpose, keys),
                file.string()) {}

  Result<Manifest> run() {
    const std::string text = TRY(expect("manifest.json"));
    auto parsed = parse_manifest(text);
    if (!parsed.ok()) {
      parsed.error().message = file_.string() + ": " + parsed.error().message;
      return parsed.error();
    }
    if (TRY(expect("SHA256SUMS")) != checksums(text, *parsed)) {
      return failure(file_, "backup_damaged",
                     "is damaged: its SHA256SUMS are of another manifest.");
    }
    for (const FileDigest& entry : parsed->files) TRY(take(entry));
    if (TRY(reader_.next())) {
      return failure(file_, "backup_damaged", "holds more than its manifest says.");
    }
    return parsed;
  }

 private:
  Result<std::string> expect(const std::string& name) {
    TRY(begin(name));
    return reader_.read_all(limits::backup_manifest_bytes);
  }

  Result<std::int64_t> begin(const std::string& name) {
    const auto entry = TRY(reader_.next());
    if (entry && entry->name == name) return entry->bytes;
    return failure(file_, entry ? "backup_damaged" : "backup_truncated",
                   entry ? "holds " + printable(entry->name) + " where " + name + " should be."
                         : "ends before " + name + ", which its manifest names.");
  }

  static std::string printable(const std::string& name) {
    return is_allowed_path(name) ? name : "something else";
  }

  Result<void> take(const FileDigest& entry) {
    if (TRY(begin(entry.path)) != entry.bytes) {
      return failure(file_, "backup_damaged",
                     "is damaged: " + entry.path + " has not the size of its manifest.");
    }
    const std::filesystem::path path = folder_ / entry.path;
    TRY(make_folders(path.parent_path()));
    const UniqueFd out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.get() < 0) return file_error(path, "cannot be made");
    const std::string digest = TRY(copy(entry, out.get(), path));
    if (::fsync(out.get()) != 0) return file_error(path, "cannot be synced");
    if (digest == entry.sha256) return {};
    return failure(file_, "backup_damaged",
                   "is damaged: " + entry.path + " has not the SHA-256 of its manifest.");
  }

  Result<std::string> copy(const FileDigest& entry, int out, const std::filesystem::path& path) {
    Sha256Stream stream;
    std::string piece(k_piece, '\0');
    for (std::int64_t left = entry.bytes; left > 0;) {
      const std::size_t got = TRY(reader_.read(piece.data(), piece.size()));
      stream.add({piece.data(), got});
      TRY(write_all(out, {piece.data(), got}, path));
      left -= static_cast<std::int64_t>(got);
    }
    return stream.hex();
  }

  const std::filesystem::path& file_;
  const std::filesystem::path& folder_;
  ArchiveReader reader_;
};

void add_findings(Error& error, std::string_view where, const std::vector<std::string>& findings) {
  for (const std::string& finding : findings) {
    error.fields.push_back({std::string(where), "wrong", finding});
  }
}

Result<void> examine(const Manifest& manifest, const std::filesystem::path& database,
                     Error& error) {
  add_findings(error, "kontor.db", TRY(find_damage(database)));
  add_findings(error, "manifest.json",
               differences(TRY(read_contents(database)), manifest.contents));
  if (manifest.files.front().bytes != manifest.pages * manifest.page_bytes) {
    add_findings(error, "manifest.json", {"the size of the database is not that of its pages"});
  }
  return {};
}

// What a check opened stays behind where SQLite needs it: a log that is not empty is part of the
// database.
Result<void> settle(const std::filesystem::path& database) {
  std::error_code failed;
  const std::string log = database.string() + "-wal";
  if (std::filesystem::exists(log, failed) && std::filesystem::file_size(log, failed) > 0) {
    return Error{.code = Code::internal, .message = log + " still holds changes."};
  }
  std::filesystem::remove(log, failed);
  std::filesystem::remove(database.string() + "-shm", failed);
  return sync_file(database);
}

}  // namespace

std::int64_t needed_bytes(const Manifest& manifest) { return manifest.bytes() + k_room_for_others; }

Result<void> check_room(const Manifest& manifest, const std::filesystem::path& folder) {
  const std::int64_t free = store::free_bytes(folder);
  if (free >= needed_bytes(manifest)) return {};
  return Error{.code = Code::disk_full,
               .message = folder.string() + " has " + std::to_string(free) +
                          " bytes free; unpacking the backup takes " +
                          std::to_string(needed_bytes(manifest)) + ".",
               .hint = "free some space; nothing was changed"};
}

Result<Manifest> unpack(const std::filesystem::path& file, const std::filesystem::path& folder,
                        const Keyring& keys) {
  const UniqueFd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return file_error(file, "cannot be read");
  Manifest manifest = TRY(Unpacking(file, in.get(), folder, keys).run());
  TRY(make_folders(folder / "files"));
  TRY(sync_tree(folder));
  return manifest;
}

Result<Manifest> unpack_proven(const std::filesystem::path& file,
                               const std::filesystem::path& folder,
                               const std::vector<Check>& checks, const Keyring& keys) {
  Manifest manifest = TRY(unpack(file, folder, keys));
  const std::filesystem::path database = folder / "kontor.db";
  Error error = failure(file, "proof_failed", "can be unpacked, but what is in it is wrong.");
  TRY(examine(manifest, database, error));
  for (const Check& check : checks) {
    if (!error.fields.empty()) break;
    auto found = check.run(database);
    if (!found.ok()) {
      found.error().message = file.string() + ": " + found.error().message;
      // What there is to do about a live database is not what to do about a copy.
      if (found.error().code == Code::verification_failed) found.error().hint.clear();
      return found.error();
    }
    add_findings(error, check.name, *found);
  }
  if (!error.fields.empty()) {
    error.message =
        file.string() + " can be unpacked, but is not sound: " + error.fields[0].detail + ".";
    return error;
  }
  TRY(settle(database));
  return manifest;
}

Result<Manifest> prove(const std::filesystem::path& file, const std::filesystem::path& parent,
                       const std::vector<Check>& checks, Random& random, const Keyring& keys) {
  StagingFolder::sweep(parent);
  const StagingFolder staging = TRY(StagingFolder::make(parent, random));
  return unpack_proven(file, staging.path(), checks, keys);
}

Result<void> check_target(const std::filesystem::path& target) {
  std::error_code failed;
  if (!std::filesystem::exists(target, failed)) return {};
  if (std::filesystem::is_directory(target, failed) && std::filesystem::is_empty(target, failed)) {
    return {};
  }
  return Error{.code = Code::conflict,
               .message = target.string() + " is not empty; nothing was restored.",
               .kind = "directory_not_empty",
               .hint = "name a new directory with --to, or use --in-place"};
}

Result<Manifest> restore_to(const std::filesystem::path& file, const std::filesystem::path& target,
                            const std::vector<Check>& checks, Random& random, const Keyring& keys) {
  TRY(check_target(target));
  const std::filesystem::path parent = target.parent_path();
  TRY(make_folders(parent));
  StagingFolder::sweep(parent);
  StagingFolder staging = TRY(StagingFolder::make(parent, random));
  Manifest manifest = TRY(unpack_proven(file, staging.path(), checks, keys));
  for (const char* folder : {"backups", "archive"}) TRY(make_folders(staging.path() / folder));
  TRY(sync_tree(staging.path()));
  TRY(move(staging.path(), target));
  staging.release();
  TRY(store::sync_folder(parent));
  return manifest;
}

}  // namespace kontor::backup
