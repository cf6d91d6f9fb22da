// Events of the audit trail that commands tell which do not change data themselves: an export, a
// backup.
#pragma once

#include <string>
#include <string_view>

#include "backup/create.h"
#include "crm/context.h"
#include "session.h"
#include "store/store.h"

namespace kontor::app {

// Through the server that holds the data directory, else under its lock. What cannot be noted, as
// the disk is full or another command is at work, is said on stderr and does not stop the command:
// whoever may run it can read the files without it. A database with another schema is left alone.
void note_event(const Session& session, std::string_view collection, std::string_view action,
                std::string detail_json);

// The same of a backup, and in a server that made it.
std::string backup_detail(const backup::Made& made);
Result<void> note_backup(store::Store& store, const crm::Context& context,
                         const backup::Made& made);

}  // namespace kontor::app
