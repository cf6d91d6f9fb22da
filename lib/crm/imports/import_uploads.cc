#include "crm/imports/import_uploads.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/limits.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_prefix = "import-upload-";
constexpr int k_mode = 0600;

void remove_left(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(folder, ignored), end; entry != end;) {
    const std::filesystem::path path = entry->path();
    entry.increment(ignored);
    if (ignored) return;
    if (path.filename().string().starts_with(k_prefix)) std::filesystem::remove(path, ignored);
  }
}

Error unwritable(int failure) {
  const bool full = failure == ENOSPC || failure == EDQUOT;
  return {
      .code = full ? Code::disk_full : Code::io_error,
      .message = "The piece could not be kept: " + std::generic_category().message(failure) + "."};
}

// The file ends where it ended if not all of the piece could be written.
Result<void> append_to(const std::filesystem::path& path, std::int64_t bytes,
                       std::string_view piece) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, k_mode);
  if (file < 0) return unwritable(errno);
  std::size_t written = 0;
  int failure = 0;
  while (written < piece.size() && failure == 0) {
    const ssize_t count = ::pwrite(file, piece.data() + written, piece.size() - written,
                                   bytes + static_cast<std::int64_t>(written));
    if (count > 0) written += static_cast<std::size_t>(count);
    else if (errno != EINTR) failure = errno;
  }
  if (failure != 0 && ::ftruncate(file, bytes) != 0) failure = errno;
  ::close(file);
  if (failure != 0) return unwritable(failure);
  return {};
}

}  // namespace

UploadedFile::~UploadedFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

ImportUploads::ImportUploads(const Clock& clock, std::filesystem::path folder)
    : clock_(clock), folder_(std::move(folder)) {
  if (!folder_.empty()) remove_left(folder_);
}

void ImportUploads::forget_idle() {
  const std::int64_t now_ms = clock_.monotonic_ms();
  std::erase_if(uploads_, [&](const auto& one) {
    return now_ms - one.second.moved_ms > limits::import_upload_idle_ms;
  });
}

Result<void> ImportUploads::begin(const Uuid& id, std::int64_t owner) {
  const std::lock_guard lock(mutex_);
  forget_idle();
  if (uploads_.size() >= limits::import_uploads)
    return Error{.code = Code::busy,
                 .message = "Too many files are being sent; try again when one is imported."};
  std::error_code failure;
  const std::filesystem::path base =
      folder_.empty() ? std::filesystem::temp_directory_path(failure) : folder_;
  auto file = std::make_shared<const UploadedFile>(base / (std::string(k_prefix) + id.text()));
  TRY(append_to(file->path(), 0, ""));
  uploads_[id.text()] = {
      .file = std::move(file), .owner = owner, .moved_ms = clock_.monotonic_ms()};
  return {};
}

Result<ImportUploads::Upload*> ImportUploads::known(const Uuid& id, std::int64_t owner) {
  const auto found = uploads_.find(id.text());
  if (found != uploads_.end() && found->second.owner == owner) return &found->second;
  return Error{.code = Code::not_found,
               .message = "There is no upload with this id, or it has been imported."};
}

Result<std::int64_t> ImportUploads::append(const Uuid& id, std::int64_t owner, std::int64_t offset,
                                           std::string_view piece) {
  const std::lock_guard lock(mutex_);
  Upload& upload = *TRY(known(id, owner));
  if (offset != upload.bytes)
    return Error{.code = Code::conflict,
                 .message = "The next piece begins at byte " + std::to_string(upload.bytes) + ".",
                 .kind = "upload_offset"};
  const auto size = static_cast<std::int64_t>(piece.size());
  if (size > limits::import_upload_bytes - upload.bytes)
    return Error{.code = Code::too_large,
                 .message = "A file has at most " + std::to_string(limits::import_upload_bytes) +
                            " bytes; larger ones come in on the command line."};
  TRY(append_to(upload.file->path(), upload.bytes, piece));
  upload.bytes += size;
  upload.moved_ms = clock_.monotonic_ms();
  return upload.bytes;
}

Result<std::int64_t> ImportUploads::bytes(const Uuid& id, std::int64_t owner) {
  const std::lock_guard lock(mutex_);
  const Upload* upload = TRY(known(id, owner));
  return upload->bytes;
}

Result<std::shared_ptr<const UploadedFile>> ImportUploads::find(const Uuid& id,
                                                                std::int64_t owner) {
  const std::lock_guard lock(mutex_);
  Upload* upload = TRY(known(id, owner));
  upload->moved_ms = clock_.monotonic_ms();
  return upload->file;
}

bool ImportUploads::forget(const Uuid& id, std::int64_t owner) {
  const std::lock_guard lock(mutex_);
  return known(id, owner).ok() && uploads_.erase(id.text()) != 0;
}

}  // namespace kontor::crm
