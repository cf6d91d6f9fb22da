// Where a standby's data come from: a target, the keys that open what is there, and the whole state
// of its newest moment.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backup/archive_fetch.h"
#include "backup/seal_keyring.h"
#include "backup/staging_folder.h"
#include "backup/standby_record.h"
#include "base/config.h"
#include "session.h"

namespace kontor::app {

struct StandbySource {
  std::string from;  // as it was given
  std::shared_ptr<backup::TargetStore> store;
  backup::Keyring keys;
  std::filesystem::path data;
  std::int64_t timeout_ms = 0;
  Random& random;

  // Code::usage if it is no target that can be read.
  static Result<StandbySource> open(const std::string& from, const std::string& key_file,
                                    const Config& config, const Session& session);

  backup::SegmentForm form() const { return backup::segment_form({}, keys); }
};

// A proven copy of the newest moment, in a folder that goes with it.
struct FetchedState {
  backup::StagingFolder folder;
  std::filesystem::path fresh;  // like a data directory
  backup::StandbyRecord record;
};

// Code::newer_schema if the server's program is newer; kind no_archive_point if the target's epochs
// from `oldest_epoch` on have nothing that can be restored.
Result<FetchedState> fetch_state(const StandbySource& source, const std::string& oldest_epoch,
                                 const std::function<bool()>& is_cancelled);

// The first data of a data directory whose lock is held, and which has no database of its own.
// Code::wrong_key if its master key is neither there nor comes with them.
Result<backup::StandbyRecord> bring_in_first(const StandbySource& source, const Config& config,
                                             std::int64_t now_ms,
                                             const std::function<bool()>& is_cancelled);

// A schema that this program cannot serve.
Result<void> check_schema_served(std::int64_t schema);

}  // namespace kontor::app
