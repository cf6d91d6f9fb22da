// Copies of backups in other places: what is waiting, what arrived, what failed and when it is
// tried again. Kept for each target in <backups>/.target-<id>.json, so that a server, a command and
// a monitor tell the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backup/target_store.h"
#include "backup/target_tries.h"
#include "base/backup_target.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace kontor::backup {

struct TargetState {
  std::string target;                  // as it is shown
  std::vector<std::string> delivered;  // names of backups that are still here; newest first
  std::vector<std::string> waiting;    // and of those that have to be copied yet
  std::int64_t delivered_at_ms = 0;    // the last one; 0: none yet
  TargetTries tries;
};

// How things stand with `target`. Reads names and one small file; any thread and process.
TargetState read_target_state(const std::filesystem::path& backups, const BackupTarget& target);

struct DeliveryWish {
  std::filesystem::path backups;
  BackupTarget target;
  std::shared_ptr<TargetStore> store;  // what `target` means
  std::int64_t timeout_ms = 0;         // of one file
  std::function<bool()> is_cancelled = {};
  bool at_once = false;  // also before the next try is due
};

struct Delivered {
  std::vector<std::string> names;  // that were copied now
  TargetState state;               // afterwards
  Error error;                     // why it stopped, if state.tries.failures is not 0
};

// Copies what is waiting, the newest first, until all is there or one fails: then the target is
// left alone for a minute, after each further failure twice as long, up to an hour. Nothing is
// removed there. Code::busy if another process is at it; other Errors if nothing could be recorded.
Result<Delivered> deliver(const DeliveryWish& wish, const Clock& clock);

// Members of an object that is open.
void write_target(JsonWriter& out, const TargetState& state);
// An array of them.
std::string targets_json(const std::vector<TargetState>& states);
// A line for a person: "dir:/mnt/usb has all 7 backups, the last since 2026-11-21T03:00:07Z".
std::string target_line(const TargetState& state);

}  // namespace kontor::backup
