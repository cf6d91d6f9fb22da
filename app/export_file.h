// Where an export goes: stdout, or a file that is there in full or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"

namespace kontor::app {

class ExportFile {
 public:
  // Writes beside `path` and takes its place in finish(); empty: stdout.
  static Result<ExportFile> open(const std::string& path);
  ExportFile(ExportFile&& other) noexcept;
  ExportFile& operator=(ExportFile&&) = delete;
  // What was not finished is removed.
  ~ExportFile();

  Result<void> write(std::string_view bytes);
  // On disk, under its name.
  Result<void> finish();

  std::int64_t bytes() const { return bytes_; }
  std::string sha256_hex() { return hash_.hex(); }  // once

 private:
  ExportFile(std::string path, std::string part, int fd);
  Error failure(const std::string& what) const;

  std::string path_, part_;  // empty: stdout
  int fd_;
  std::int64_t bytes_ = 0;
  Sha256Stream hash_;
};

}  // namespace kontor::app
