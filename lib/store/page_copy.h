// A copy of a live database page by page: same pages, same places, as of one moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace kontor::store {

struct PageCopyOptions {
  std::filesystem::path database;
  std::filesystem::path target;  // must not exist; its folder must
  std::string vfs = {};
  int step_pages = 256;  // 1 MiB at a time: is_cancelled is asked between
  std::function<bool()> is_cancelled = {};
  // The moment of the copy is fixed: what is committed from now on is not in it.
  std::function<void()> on_fixed = {};
};

struct PageCopy {
  std::int64_t pages = 0;
  std::int64_t page_bytes = 0;
};

// Holds one read transaction on the source from the first page to the last: without it SQLite
// begins again at the first page after every commit of another connection, and under steady writes
// never ends. Writers are not held up; the log cannot start over until the copy ends. The copy is
// synced as it grows, because one sync of a whole database at the end would hold up the writer's. A
// copy that failed is removed; one that was cancelled is Code::unavailable with kind `interrupted`.
Result<PageCopy> copy_pages(const PageCopyOptions& options);

}  // namespace kontor::store
