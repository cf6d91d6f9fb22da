// A copy of a file in a folder on another disk.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.h"

namespace kontor::backup {

struct FolderCopy {
  std::filesystem::path file;
  std::filesystem::path folder;  // must be there: a disk that is not mounted is noticed by it
  std::function<bool()> is_cancelled = {};  // asked once a MiB; then the Error has kind interrupted
  // Not every file system makes files without a name, which leave nothing when the copying is
  // killed. A seam for tests: do as on those.
  bool with_name_only = false;
};

// Written, synced, read back and compared by its SHA-256, and only then given its name; the folder
// is synced. Nothing that is there is overwritten or removed: a file of the same name and content
// is what was wanted, Code::conflict (kind target_differs) if the content is another one.
Result<void> copy_to_folder(const FolderCopy& copy);

}  // namespace kontor::backup
