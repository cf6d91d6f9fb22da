// A place that keeps copies, whatever it is: a folder, a command, or what the layers above reach
// over a network and hand in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace kontor::backup {

struct StoredFile {
  std::string name;
  std::int64_t bytes = 0;
};

struct Effort {
  std::int64_t timeout_ms = 0;              // for one file
  std::function<bool()> is_cancelled = {};  // then the Error has kind `interrupted`
};

// Any thread. Nothing that is there is overwritten or removed.
class TargetStore {
 public:
  TargetStore() = default;
  TargetStore(const TargetStore&) = delete;
  TargetStore& operator=(const TargetStore&) = delete;
  virtual ~TargetStore() = default;

  // A copy of `file` under its own name; once it is done, the copy is whole. A file of the same
  // name and content is what was wanted; Code::conflict, kind target_differs, for another content.
  virtual Result<void> put(const std::filesystem::path& file, const Effort& effort) = 0;
  // All names that begin with `beginning`, sorted. Code::unsupported, kind target_write_only, if
  // this is a place that cannot be read.
  virtual Result<std::vector<StoredFile>> list(const std::string& beginning,
                                               const Effort& effort) = 0;
  // Into a new file of that name in `folder`. Code::not_found.
  virtual Result<void> get(const std::string& name, const std::filesystem::path& folder,
                           const Effort& effort) = 0;
};

std::unique_ptr<TargetStore> folder_store(std::filesystem::path folder);
// `environment`: "NAME=value".
std::unique_ptr<TargetStore> command_store(std::string command,
                                           std::vector<std::string> environment);

}  // namespace kontor::backup
