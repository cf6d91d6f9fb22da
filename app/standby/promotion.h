// From a standby to the server: the last look at the target, the proofs, the record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "backup/standby_record.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "standby/follower.h"

namespace kontor::app {

struct Promotion {
  backup::StandbyRecord record;
  std::string not_reached = {};  // why the target could not be asked once more; empty: it was
  std::int64_t checks = 0;       // that passed
  std::int64_t duration_ms = 0;
};

// The database may be read meanwhile; nothing else may follow. Afterwards it is a server's, on disk
// too. Code::verification_failed, and it stays a standby, if a proof fails; with `unproven` there
// are none.
Result<Promotion> promote(Follower& follower, bool unproven, const Clock& clock,
                          const std::function<bool()>& is_cancelled);

std::string to_json(const Promotion& promotion);

// Before the promoted server opens the database, which nobody has open: what its audit trail says
// of this, and who was erased since is erased.
Result<void> settle_promoted(const std::filesystem::path& data, const Config& config,
                             const Clock& clock);

}  // namespace kontor::app
