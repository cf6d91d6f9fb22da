// Puts restored data in the place of live data, and back. Every step is a rename, and a journal
// that is written before the first one says how to go on: a process that is killed anywhere in
// between leaves either the old data, or what finish_swap() makes the new data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/restore.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::backup {

// A seam for tests: called before each step that changes a folder, counted from 0.
using StepObserver = std::function<void(int step)>;

// All take a data directory whose lock the caller holds, and whose database nobody has open.

// Goes on where a swap was interrupted. False: there was none. Must come before anything that looks
// for the database, which may be between its two places.
Result<bool> finish_swap(const std::filesystem::path& data_dir, const StepObserver& observe = {});

// Was a swap interrupted here? Needs no lock.
bool is_swap_interrupted(const std::filesystem::path& data_dir);

struct Swapped {
  Manifest manifest;            // of what is there now; empty after undo()
  std::filesystem::path aside;  // the folder that holds what was there before
};

// Restores in place: unpacks and proves `file` in a staging folder of the data directory; only then
// moves database (with its log), files and settings to before-restore-<time>/ and the new ones in.
// Key, backups and archive stay; a key that a sealed backup holds comes in where there is none.
Result<Swapped> restore_in_place(const std::filesystem::path& file,
                                 const std::filesystem::path& data_dir,
                                 const std::vector<Check>& checks, std::int64_t now_ms,
                                 Random& random, const StepObserver& observe = {},
                                 const Keyring& keys = {});

// Brings back what the newest before-restore folder holds; what is there now goes to a new one, so
// that an undo can be undone. Code::not_found if there is none.
Result<Swapped> undo_restore(const std::filesystem::path& data_dir, std::int64_t now_ms,
                             const StepObserver& observe = {});

// The folder that undo_restore() would bring back; empty: there is none.
std::filesystem::path undo_source(const std::filesystem::path& data_dir);

}  // namespace kontor::backup
