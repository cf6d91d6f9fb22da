// What migrating would do, found out on a copy of the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/migrator.h"

namespace kontor::app {

struct MigrationTrial {
  struct Rows {
    std::int64_t before = 0, after = 0;
  };
  std::vector<store::PlannedStep> steps;
  std::int64_t duration_ms = 0;
  std::map<std::string, Rows> rows;  // by table; 0 where the table is not there
};

// The copy lies in the data directory (its disk has to hold one anyway when the migration is done)
// and is removed. Nothing is copied if there is nothing to do.
Result<MigrationTrial> try_migration(store::Migrator& migrator, const std::filesystem::path& data,
                                     std::optional<int> to, const Clock& clock);

}  // namespace kontor::app
