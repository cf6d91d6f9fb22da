// Follows the archive of a server at a target: what comes there goes into the database here.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "backup/archive_follow.h"
#include "backup/segment.h"
#include "backup/standby_record.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/metrics_text.h"
#include "standby/standby_source.h"
#include "store/page_writer.h"

namespace kontor::app {

struct StandbyState {
  backup::StandbyRecord record;
  std::int64_t caught_up_ms = 0;  // when it last had all that the target holds; 0: never yet
  std::int64_t commits = 0;       // that came in since the start
  std::int64_t errors = 0;        // rounds that failed since the start
  std::string error = {};         // why the last round stopped; empty: it did not

  std::int64_t lag_ms(std::int64_t now_ms) const;
};

// {"from", "epoch", "as_of", "lag_ms", "commits", "errors", "error", "since"}
std::string to_json(const StandbyState& state, std::int64_t now_ms);
void write_standby(MetricsText& out, const StandbyState& state, std::int64_t now_ms);

class Follower {
 public:
  // Of a data directory with data; its lock must be held, or held by the server of this process.
  static Result<std::unique_ptr<Follower>> open(StandbySource source, backup::StandbyRecord record,
                                                const Clock& clock);
  Follower(StandbySource source, backup::StandbyRecord record, const Clock& clock,
           std::unique_ptr<store::PageWriter> writer);

  // Takes all that is new. After an Error the database is as it was after the last good segment,
  // and the next round goes on there. One thread at a time.
  Result<void> round(const std::function<bool()>& is_cancelled);
  // Called in a round after each change of the database. Not while a round runs.
  void on_applied(std::function<void()> action) { on_applied_ = std::move(action); }
  Result<std::int64_t> schema_version() { return writer_->schema_version(); }

  // The next round looks at all that is at the target. Any thread.
  void look_far() { next_far_look_ms_ = 0; }
  StandbyState state() const;  // any thread
  const StandbySource& source() const { return source_; }

 private:
  Result<void> take_news(const std::function<bool()>& is_cancelled);
  Result<void> take(const backup::Segment& segment, const backup::ChainPlace& behind);
  backup::Look next_look();
  Result<bool> may_start_over(const backup::FetchWish& wish, const Result<std::string>& newest);
  Result<void> start_over(const std::string& oldest_epoch,
                          const std::function<bool()>& is_cancelled);
  Result<void> keep(const backup::StandbyRecord& record);

  const StandbySource source_;
  const Clock& clock_;
  const std::unique_ptr<store::PageWriter> writer_;
  const backup::SegmentForm form_;
  std::function<void()> on_applied_;
  std::int64_t next_start_over_ms_ = 0;
  std::atomic<std::int64_t> next_far_look_ms_ = 0;

  mutable std::mutex mutex_;
  StandbyState state_;  // guarded by mutex_; changed in a round only
};

}  // namespace kontor::app
