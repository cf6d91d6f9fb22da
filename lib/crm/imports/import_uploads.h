// Files that are too large for one request: sent in pieces, on the disk until they are imported.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace kontor::crm {

// A file on the disk that is gone with this.
class UploadedFile {
 public:
  explicit UploadedFile(std::filesystem::path path) : path_(std::move(path)) {}
  UploadedFile(const UploadedFile&) = delete;
  UploadedFile& operator=(const UploadedFile&) = delete;
  ~UploadedFile();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Thread-safe. Memory is that of one piece; the disk holds limits::import_uploads files of
// limits::import_upload_bytes at most. They end with the process.
class ImportUploads {
 public:
  // What an earlier process left in `folder` is removed. Empty: the system's folder for temporary
  // files. The clock must outlive it.
  ImportUploads(const Clock& clock, std::filesystem::path folder);

  // An empty file under this id, for this user (users.id; 0: the program) and nobody else. One that
  // nobody has sent to for limits::import_upload_idle_ms makes room; Code::busy if there is none.
  Result<void> begin(const Uuid& id, std::int64_t owner);
  // Puts the piece behind what is there, and says how many bytes that makes. Code::conflict, kind
  // `upload_offset`, if `offset` is not what is there; Code::not_found, Code::too_large,
  // Code::disk_full.
  Result<std::int64_t> append(const Uuid& id, std::int64_t owner, std::int64_t offset,
                              std::string_view piece);
  Result<std::int64_t> bytes(const Uuid& id, std::int64_t owner);
  // For an import, which may keep it longer than this does. Code::not_found.
  Result<std::shared_ptr<const UploadedFile>> find(const Uuid& id, std::int64_t owner);
  // Not there any more; false: it was not.
  bool forget(const Uuid& id, std::int64_t owner);

 private:
  struct Upload {
    std::shared_ptr<const UploadedFile> file;
    std::int64_t owner = 0, bytes = 0, moved_ms = 0;
  };

  Result<Upload*> known(const Uuid& id, std::int64_t owner);  // under mutex_
  void forget_idle();

  const Clock& clock_;
  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, Upload> uploads_;  // by the id's text; under mutex_
};

}  // namespace kontor::crm
