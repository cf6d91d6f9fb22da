// What comes back from a backup is older than what was: before anybody works with it, whoever was
// erased since is erased again, and the audit trail of the restored database says that it was
// restored.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/organisation/current_organisation.h"

namespace kontor::app {

struct RestoredFrom {
  std::string action = "restore";  // or "restore_undo"
  std::string source = {};         // the file of the backup, or the folder that was put aside
  std::int64_t taken_at_ms = 0;    // 0: not known
  bool in_place = false;
};

// `database` has this program's schema, and nobody has it open; `lists` are the folders of backups
// whose lists of erasures count. The erasures are of the instant of now.
Result<void> settle_restored(const std::filesystem::path& database,
                             const std::vector<crm::FixedField>& fixed, const Clock& clock,
                             const std::vector<std::filesystem::path>& lists,
                             const RestoredFrom& from);

}  // namespace kontor::app
