// Keeps the continuous archive of a database that is in use: takes what is committed from the
// store's log and writes it as segments, on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "backup/archive_folder.h"
#include "backup/create.h"
#include "backup/segment_chain.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/store.h"

namespace kontor::backup {

// Where the chain stood when the copy of a backup was made.
struct BaseMark {
  std::string epoch;
  ChainPlace place;                // before the copy
  std::uint64_t ready_commit = 0;  // once the copy's moment is fixed
};

struct ArchiveFigures {
  std::string epoch;        // empty: none could be begun yet
  bool has_base = false;    // segments without one cannot be restored
  std::int64_t epochs = 0;  // begun since the start, as all that follows
  std::int64_t segments = 0;
  std::int64_t bytes = 0;   // of the segments
  std::int64_t errors = 0;  // segments, epochs and bases that could not be written
  std::int64_t merged = 0;  // files that others were merged into
  std::int64_t lag_ms = 0;  // age of the oldest commit that is not in it
  std::string trouble;      // why segments cannot be written now; empty: they can
  std::string
      base_trouble;  // why the last try at a base failed, which is made each minute; or empty
};

class Archiver;

struct ArchiverOptions {
  std::filesystem::path data_dir;
  SegmentForm form = {};
  // Makes a backup in backups/ that calls begin_base(), fix_base() and add_base(). On a thread of
  // its own.
  std::function<Result<void>(Archiver& archiver, const std::function<bool()>& is_cancelled)>
      make_base;
};

class Archiver {
 public:
  // `store` must have a log_tap(), opened just now: an epoch goes on only if the database's file is
  // as the last server left it. All must outlive it. What is committed waits until start().
  Archiver(store::Store& store, ArchiverOptions options, const Clock& clock, Random& random,
           const Logger& log);
  Archiver(const Archiver&) = delete;
  Archiver& operator=(const Archiver&) = delete;
  // Ends at once; without finish() the next start begins a new epoch.
  ~Archiver();

  // Once: from here on it writes.
  void start();

  // Lets go of a base that is being made; before the store is closed.
  void stop_base();
  // After the store was closed: writes what is left, and how to go on. An epoch is begun by nothing
  // that was never started.
  Result<void> finish();

  // Writes what was committed until now. Not needed but by tests: it is done within a second.
  Result<void> flush();

  // For whoever makes a backup of the same database. Any thread.
  BaseMark begin_base() const;
  void fix_base(BaseMark& mark) const;
  // The backup is in backups/. Without effect if another epoch has begun meanwhile.
  Result<void> add_base(const BaseMark& mark, const Made& made);

  ArchiveFigures figures() const;

 private:
  void work();
  void step();
  bool is_due() const;
  Result<void> archive_waiting();
  Result<void> write_all();
  Result<void> begin_epoch();
  void resume(const std::vector<Epoch>& epochs);
  void want_epoch(std::string why, std::uint64_t after_commit);
  void look_after_base();
  void make_base();
  void note(const Result<void>& outcome, std::string_view what);

  store::Store& store_;
  store::LogTap& tap_;
  const ArchiverOptions options_;
  const std::filesystem::path archive_;
  const Clock& clock_;
  Random& random_;
  const Logger& log_;

  mutable std::mutex work_mutex_;  // held while segments are written
  std::optional<SegmentChain> chain_;
  std::string wanted_why_;  // not empty: a new epoch has to begin
  std::uint64_t wanted_after_ = 0;
  std::int64_t newest_ms_ = 0;  // the last that the archive tells of, before this epoch's commits
  std::string newest_name_;     // of its epochs
  std::uint64_t commits_before_ = 0;  // of the epoch, before the store was opened
  std::int64_t segments_before_ = 0, bytes_before_ = 0;

  mutable std::mutex state_mutex_;  // held for a moment; taken after the other one
  ArchiveFigures figures_;
  BaseMark end_;  // of the chain
  std::int64_t oldest_unwritten_ms_ = 0;

  std::mutex wake_mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;

  std::atomic<bool> base_stops_ = false;
  std::atomic<bool> base_runs_ = false;
  std::int64_t next_base_ms_ = 0;  // monotonic, as the next; worker's thread only
  std::int64_t next_try_ms_ = 0;
  std::mutex base_mutex_;  // of the next
  std::thread base_thread_;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kontor::backup
