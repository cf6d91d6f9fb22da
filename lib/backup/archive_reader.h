// Reads a backup's file from its beginning to its end, and takes nothing on trust.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backup/byte_stream.h"
#include "backup/tar.h"
#include "base/result.h"

namespace kontor::backup {

// One thread. Code::verification_failed (kind `foreign_file`, `backup_truncated` or
// `backup_damaged`) names the file, the entry and the byte of the file.
class ArchiveReader {
 public:
  ArchiveReader(ByteSource source, std::string name);
  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) = delete;
  ~ArchiveReader();

  // The next entry; what is left of the one before is skipped. nullopt after the last, once it is
  // sure that the file ends there and that its checksum holds.
  Result<std::optional<TarEntry>> next();
  // Bytes of the entry; 0 at its end.
  Result<std::size_t> read(char* bytes, std::size_t count);
  // The whole entry. Code::verification_failed if it is larger than `max_bytes`.
  Result<std::string> read_all(std::size_t max_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The bytes of an open descriptor, which must outlive it.
ByteSource bytes_of(int fd, std::string name);

}  // namespace kontor::backup
