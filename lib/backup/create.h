// Makes a backup of a data directory, also while a server works in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "backup/manifest.h"
#include "backup/seal_keyring.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace kontor::backup {

struct CreateOptions {
  std::filesystem::path data_dir;
  std::filesystem::path folder;  // where the backup goes; made if it is not there
  std::string reason = {};
  std::string program = {};  // version, for the manifest
  std::function<bool()> is_cancelled = {};
  std::function<void()> on_fixed = {};  // as in store/page_copy.h
  // The end of the audit trail in the copy, for the manifest.
  std::function<Result<std::optional<ChainHead>>(const std::filesystem::path& database)>
      audit_head = {};
  Recipients recipients = {};  // empty: the file is not sealed
};

struct Made {
  std::filesystem::path file;
  Manifest manifest;
  std::int64_t bytes = 0;  // of the file
  std::int64_t duration_ms = 0;
  bool is_sealed = false;
  Keyring own_key = {};  // opens this file and no other, if it is sealed
};

// Copies, reads the copy from end to end, packs, and gives the file its name last: a process that
// is killed leaves nothing that list_backups() shows, and the next call removes what it left.
// Code::disk_full before anything is written if there is too little room; Code::verification_failed
// if the database is damaged (the copies from before are the better ones then).
Result<Made> create_backup(const CreateOptions& options, const Clock& clock, Random& random);

}  // namespace kontor::backup
