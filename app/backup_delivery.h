// The targets of the settings: who brings backups there, and how it goes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "backup/archive_shipping.h"
#include "backup/courier.h"
#include "backup/delivery.h"
#include "base/backup_target.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"

namespace kontor::app {

std::vector<BackupTarget> backup_targets_of(const Config& config);

// In the order of the settings.
std::vector<backup::TargetState> target_states(const std::filesystem::path& backups,
                                               const std::vector<BackupTarget>& targets);

std::vector<backup::ShippingState> shipping_states(const std::filesystem::path& backups,
                                                   const std::vector<BackupTarget>& targets);

// Copies at once what is waiting for any target, one target after the other. Code::unavailable for
// what could not be recorded; what failed stands in the states.
Result<std::vector<backup::TargetState>> deliver_now(const Config& config,
                                                     const std::filesystem::path& backups,
                                                     const Environment& environment,
                                                     const Clock& clock,
                                                     const std::function<bool()>& is_cancelled);

// Sends what the archive got at the very end of a server to the targets that work, in five seconds
// at most.
void ship_last(const Config& config, const std::filesystem::path& backups,
               const Environment& environment, const Clock& clock, const Logger& log);

// Two threads for each target of the settings, one for backups and one for the archive, which does
// not wait for them; what they do goes to `log`. `clock` and `log` must
// outlive them. Code::usage if the settings of a target are wrong.
Result<std::vector<std::unique_ptr<backup::Courier>>> start_couriers(
    const Config& config, const std::filesystem::path& backups, const Environment& environment,
    const Clock& clock, const Logger& log);

}  // namespace kontor::app
