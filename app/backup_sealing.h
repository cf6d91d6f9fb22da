// For whom backups are sealed, and what this machine can open: out of the settings.
#pragma once

#include <filesystem>
#include <string>

#include "backup/seal_keyring.h"
#include "base/config.h"
#include "base/result.h"

namespace kontor::app {

struct BackupSealing {
  backup::Recipients recipients;  // empty: backups are not sealed
  backup::Keyring keys;
};

// What opens sealed backups: backup_key, every line of backup_passphrase, and the keys in
// `key_file`, if that is given. Code::usage names the setting or the file, and shows no secret.
Result<backup::Keyring> backup_keys_of(const Config& config, const std::string& key_file = {});

// Refused, so that nothing is ever written in the open against the settings: Code::usage if
// backup_sealing contradicts the others; Code::wrong_key if backups have to be sealed, by
// backup_sealing or because the newest one in `data` is, and there is nothing to seal them for.
Result<void> check_backup_sealing(const Config& config, const std::filesystem::path& data);

// The keys, and for whom new backups of `data` are sealed, after all of these checks.
Result<BackupSealing> backup_sealing_of(const Config& config, const std::filesystem::path& data,
                                        const std::string& key_file = {});

}  // namespace kontor::app
