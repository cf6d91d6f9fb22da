// The continuous archive on its way to one target, and the list of who was erased: what is small,
// and wanted there soon. Backups have a way of their own (delivery.h). What arrived is kept in
// <backups>/.target-<id>-archive.json; if that is lost, all is sent again, under the same names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
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

// A file of an epoch that was merged.
struct MergedMark {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  // In the order in which they are made: of those with one end the shorter one first.
  bool is_before(const MergedMark& other) const {
    return last != other.last ? last < other.last : first > other.first;
  }
};

struct ShippingState {
  std::string target;                             // as it is shown
  std::string epoch;                              // that is being sent; those before it are there
  std::uint64_t sequence = 0;                     // its last segment that arrived
  std::int64_t last_ms = 0;                       // the second of that segment; 0: none yet
  std::vector<std::string> bases = {};            // names of its records of bases that arrived
  std::map<std::string, MergedMark> merged = {};  // by epoch, the last one that arrived
  std::string erasures = {};                      // SHA-256 of the list that arrived last
  std::int64_t shipped_at_ms = 0;                 // when something arrived last
  TargetTries tries = {};
};

// Reads one small file; any thread and process.
ShippingState read_shipping_state(const std::filesystem::path& backups, const BackupTarget& target);

struct ShippingWish {
  std::filesystem::path archive;  // need not be there
  std::filesystem::path backups;
  BackupTarget target;
  std::shared_ptr<TargetStore> store;  // what `target` means
  std::int64_t timeout_ms = 0;         // of one file
  std::function<bool()> is_cancelled = {};
  bool at_once = false;     // also before the next try is due
  bool with_merged = true;  // and what was merged of what is there: reads the names of all epochs
};

struct Shipped {
  std::int64_t files = 0;  // that were put there now
  ShippingState state;     // afterwards
  Error error;             // why it stopped, if state.tries.failures is not 0
};

// Of one bundle, but for a segment that is larger by itself.
inline constexpr std::int64_t k_bundle_bytes = 32LL * 1024 * 1024;

// Sends the list of erasures, if it changed, as "erasures-<time>-<hash>.txt", then what is new in
// the archive, epoch by epoch in the order of the chain, as bundles, and what was merged of that, a
// file a bundle. After a failure the target is left alone for ten seconds, then for twice as long
// each time, up to five minutes; then it goes on where it stopped. Nothing there is overwritten,
// removed or read. Code::busy if another process is at it.
Result<Shipped> ship_archive(const ShippingWish& wish, const Clock& clock);

// Ships again and again, and does nothing where nothing has changed; once a minute what was merged.
// One thread.
class ArchiveShipper {
 public:
  // `clock` must outlive it.
  ArchiveShipper(ShippingWish wish, const Clock& clock);
  Result<Shipped> round(const std::function<bool()>& is_cancelled);

 private:
  std::string signature() const;

  ShippingWish wish_;
  const Clock& clock_;
  std::string seen_;
  bool is_settled_ = false;
  std::int64_t next_merged_ms_ = 0;  // monotonic
};

// An array of objects.
std::string shipping_json(const std::vector<ShippingState>& states);
// A line for a person: "s3://firm/kontor has the archive up to 2026-11-21T09:15:02Z". Empty if
// nothing of it was ever sent or tried.
std::string shipping_line(const ShippingState& state);

}  // namespace kontor::backup
