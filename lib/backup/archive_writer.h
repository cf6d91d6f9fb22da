// Writes a backup's file: a tar in gzip, so that it can be unpacked without this program; sealed,
// if it is for somebody.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backup/manifest.h"
#include "backup/sealed_stream.h"
#include "base/result.h"

namespace kontor::backup {

// One thread. What was begun and not finished is for the caller to remove.
class ArchiveWriter {
 public:
  // `file` must not exist. `modified_ms` is the time that the entries carry. `is_cancelled`, if
  // given, is asked about once a MiB; then the Error has kind `interrupted`. No `recipients`: the
  // file is not sealed.
  static Result<ArchiveWriter> open(const std::filesystem::path& file, std::int64_t modified_ms,
                                    std::function<bool()> is_cancelled = {},
                                    const Recipients& recipients = {});
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) = delete;
  ~ArchiveWriter();

  Result<void> add(const std::string& name, std::string_view bytes);
  // Code::verification_failed if `source` is not of the size or the content that `entry` says.
  Result<void> add_file(const FileDigest& entry, const std::filesystem::path& source);
  // The end of the archive, synced. Once; nothing can be added after it. The file's size.
  Result<std::int64_t> finish();
  // Opens this file and no other, if it is sealed: for reading back what was written.
  Keyring own_key() const;

 private:
  struct State;
  explicit ArchiveWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kontor::backup
