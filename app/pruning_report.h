// What of backups and archive stayed, what went, and why.
#pragma once

#include <string>

#include "archiving.h"

namespace kontor::app {

// {"dry_run", "kept", "removed", "freed_bytes", "backups": [{"file", "keep", "reason"}], "archive":
// {"removed_segments", "freed_bytes", "segments": [{"segments", "bytes", "keep", "reason"}]}}
std::string pruned_json(const Pruning& pruning, bool dry_run);
// A line for each backup, and one for all segments of one reason.
std::string pruned_text(const Pruning& pruning, bool dry_run);

}  // namespace kontor::app
