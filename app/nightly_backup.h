// The backup that the server makes by itself: a backup, its drill, and the removal of old ones.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "backup/archiver.h"
#include "backup/schedule.h"
#include "backup_sealing.h"
#include "base/config.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "crm/organisation/current_organisation.h"
#include "store/store.h"

namespace kontor::app {

// Starts waiting for the time in backup_at; nullptr if it is off. `on_made` is called on its thread
// after each backup. `archiver`, if there is one, is proven first, and the backup becomes a base of
// it. What is given by reference must outlive it.
Result<std::unique_ptr<backup::Schedule>> start_nightly_backup(
    const Config& config, const std::filesystem::path& data, store::Store& store,
    const crm::CurrentOrganisation& firm, const Clock& clock, Random& random, const Logger& log,
    BackupSealing sealing, std::function<void()> on_made, backup::Archiver* archiver);

}  // namespace kontor::app
