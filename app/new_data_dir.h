// Makes a data directory: folders, key, commented settings, database.
#pragma once

#include <filesystem>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "session.h"
#include "store/data_dir.h"

namespace kontor::app {

enum class Made { now, before };

// `chosen` settings stand in the new kontor.toml; the others are comments. Can be killed and run
// again: what it made is kept, and the database, which makes it an initialised one, comes last.
// Code::conflict if the directory holds files that are not Kontor's.
Result<Made> make_data_dir(const std::filesystem::path& path, const SettingFlags& chosen,
                           const Clock& clock, Random& random);

// A master key for a directory that has lost its own; one that is there stays.
Result<void> make_missing_key(const store::DataDir& data_dir, Random& random);

}  // namespace kontor::app
