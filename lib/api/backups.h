// The backups of this server as the API sees them: who makes them stands above (app).
#pragma once

#include <string>

#include "base/result.h"
#include "crm/context.h"

namespace kontor::api {

// Thread-safe.
class Backups {
 public:
  virtual ~Backups() = default;

  // JSON of the schema Backups: those that there are, how the last ones went, and the last job.
  virtual Result<std::string> list() const = 0;

  // Each begins in the background and returns JSON of the schema BackupJob; one runs at a time.
  // Code::conflict (kind backup_running): one does. `who` asked for it: for the audit trail.
  virtual Result<std::string> create(const crm::Context& who, std::string reason) = 0;
  // `file`: a name that list() tells. Reads all of it; `drill`: restores it into a scratch folder
  // and checks the business's rules there. Code::not_found: there is no such backup.
  virtual Result<std::string> verify(const std::string& file, bool drill) = 0;
};

}  // namespace kontor::api
