// `kontor backup key`: the keys that backups are sealed for.
#pragma once

#include <string>

#include "backup_sealing.h"
#include "base/result.h"
#include "session.h"

namespace kontor::app {

// Makes a pair: the secret half goes to a new file at `out` (0600), the public half is returned, as
// text or JSON.
Result<std::string> create_backup_key(const Session& session, const std::string& out);

// Which keys backups are or were sealed for, which of them are here, and how many backups of
// `folder` each opens.
Result<std::string> list_backup_keys(const Session& session, const BackupSealing& sealing,
                                     const std::filesystem::path& folder);

}  // namespace kontor::app
