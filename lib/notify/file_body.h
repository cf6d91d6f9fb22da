// A file, or a part of it, as the body of a request: read in pieces, once or more often.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace kontor::notify {

struct FilePart {
  std::int64_t begin = 0;
  std::int64_t bytes = 0;
  std::string sha256;  // in hex
};

struct MeasuredFile {
  FilePart whole;
  std::vector<FilePart> parts;  // empty if the whole is no longer than one
};

// One thread. Errors: Code::io_error.
class FileBody {
 public:
  static Result<FileBody> open(const std::filesystem::path& file);

  // Reads all of it once: its hash, and those of its parts of `part_bytes` (the last one may have
  // less).
  Result<MeasuredFile> measure(std::int64_t part_bytes);

  // From here on next() gives this part, from its beginning.
  Result<void> seek(const FilePart& part);
  // Empty at the end; lives until the next call.
  Result<std::string_view> next();

 private:
  FileBody(UniqueFd fd, std::filesystem::path file);

  UniqueFd fd_;
  std::filesystem::path file_;
  std::string piece_;
  std::int64_t left_ = 0;
};

// What errno says; Code::disk_full or io_error.
Error file_failure(const std::filesystem::path& file, const char* what);

}  // namespace kontor::notify
