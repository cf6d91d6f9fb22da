// What the targets of the settings mean: the places themselves.
#pragma once

#include <memory>

#include "backup/target_store.h"
#include "base/backup_target.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/environment.h"
#include "base/result.h"

namespace kontor::app {

// `clock` must outlive it. Code::usage if settings that the target needs are missing or wrong.
Result<std::shared_ptr<backup::TargetStore>> store_of(const BackupTarget& target,
                                                      const Config& config,
                                                      const Environment& environment,
                                                      const Clock& clock);

// Whether store_of() can make what backup_targets ask for.
Result<void> check_target_settings(const Config& config);

}  // namespace kontor::app
