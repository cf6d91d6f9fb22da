#include "standby/follower.h"

#include <algorithm>
#include <utility>

#include "backup/archive_follow.h"
#include "backup/catalogue.h"
#include "base/civil.h"
#include "composition.h"

namespace kontor::app {
namespace {

// How soon it is tried again to begin with another base, for which all of it has to be fetched.
constexpr std::int64_t k_start_over_pause_ms = 10'000;
// The same where a part of its own epoch is no good, for which most backups are no help.
constexpr std::int64_t k_mending_pause_ms = 300'000;
// How often all names at the target are looked at, of which there may be very many.
constexpr std::int64_t k_far_look_pause_ms = 30'000;

Error with_what_to_do(Error error) {
  if (error.kind == "other_form") {
    error.message =
        "The server's database was built anew with another form of its pages, which cannot come "
        "in beside readers.";
    error.hint = "stop the standby, remove kontor.db and standby.json, and start it again";
  }
  return error;
}

}  // namespace

std::int64_t StandbyState::lag_ms(std::int64_t now_ms) const {
  return std::max<std::int64_t>(0, now_ms - (caught_up_ms != 0 ? caught_up_ms : record.as_of_ms));
}

std::string to_json(const StandbyState& state, std::int64_t now_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("from").string(state.record.from).key("epoch").string(state.record.epoch);
  out.key("as_of").string(format_instant(state.record.as_of_ms));
  out.key("lag_ms").integer(state.lag_ms(now_ms)).key("commits").integer(state.commits);
  out.key("errors").integer(state.errors).key("error").string(state.error);
  out.key("since").string(format_instant(state.record.since_ms)).end_object();
  return text;
}

void write_standby(MetricsText& out, const StandbyState& state, std::int64_t now_ms) {
  out.gauge("kontor_standby_lag_seconds",
            "How long ago this standby had all that the target of its server holds.")
      .seconds_of_us(state.lag_ms(now_ms) * 1000);
  out.counter("kontor_standby_applied_commits_total", "Commits of the server that came in.")
      .value(state.commits);
  out.counter("kontor_standby_errors_total", "Looks at the target that ended with an error.")
      .value(state.errors);
}

Result<std::unique_ptr<Follower>> Follower::open(StandbySource source, backup::StandbyRecord record,
                                                 const Clock& clock) {
  auto writer = TRY(store::PageWriter::open(source.data / "kontor.db"));
  backup::StagingFolder::sweep(source.data);
  return std::make_unique<Follower>(std::move(source), std::move(record), clock, std::move(writer));
}

Follower::Follower(StandbySource source, backup::StandbyRecord record, const Clock& clock,
                   std::unique_ptr<store::PageWriter> writer)
    : source_(std::move(source)),
      clock_(clock),
      writer_(std::move(writer)),
      form_(source_.form()),
      state_{.record = std::move(record)} {
  state_.record.from = source_.from;
}

StandbyState Follower::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<void> Follower::round(const std::function<bool()>& is_cancelled) {
  const std::int64_t began_ms = clock_.now_ms();
  auto done = take_news(is_cancelled);
  const std::lock_guard lock(mutex_);
  if (done.ok()) {
    state_.caught_up_ms = began_ms;
    state_.error.clear();
    next_start_over_ms_ = 0;
    return {};
  }
  next_far_look_ms_ = 0;
  Error error = with_what_to_do(std::move(done).error());
  if (error.kind == "interrupted") return error;
  ++state_.errors;
  state_.error = error.message;
  return error;
}

Result<void> Follower::take_news(const std::function<bool()>& is_cancelled) {
  const backup::StandbyRecord record = state().record;
  const backup::StagingFolder folder =
      TRY(backup::StagingFolder::make(source_.data, source_.random));
  const backup::FetchWish wish{
      .store = *source_.store,
      .folder = folder.path(),
      .effort = {.timeout_ms = source_.timeout_ms, .is_cancelled = is_cancelled}};
  const auto newest = backup::follow_epoch(
      wish, record.epoch, record.place, next_look(), form_,
      [this](const auto& segment, const auto& behind) { return take(segment, behind); });
  if (newest.ok() && *newest <= record.epoch) return {};
  if (!newest.ok() && newest.error().code != Code::verification_failed) return newest.error();
  if (TRY(may_start_over(wish, newest))) {
    auto done = start_over(newest.ok() ? *newest : record.epoch, is_cancelled);
    if (done.ok() || done.error().kind != "no_archive_point") return done;
  }
  if (!newest.ok()) return newest.error();
  return Error{.code = Code::unavailable,
               .message = "The server began a new epoch of its archive, " + *newest +
                          ", whose first backup is not at the target yet.",
               .kind = "no_archive_point"};
}

backup::Look Follower::next_look() {
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (now_ms < next_far_look_ms_) return backup::Look::near;
  next_far_look_ms_ = now_ms + k_far_look_pause_ms;
  return backup::Look::far;
}

// Not without a backup that is newer than what is here, or than the beginning of the new epoch.
Result<bool> Follower::may_start_over(const backup::FetchWish& wish,
                                      const Result<std::string>& newest) {
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (!newest.ok() && newest.error().kind == "other_form") return false;
  if (now_ms < next_start_over_ms_) return false;
  const std::string begun = newest.ok() ? "kontor-" + newest->substr(0, newest->rfind('-'))
                                        : backup::backup_name(state().record.as_of_ms, "ffffffff");
  const auto backups = TRY(backup::list_stored_backups(wish));
  if (backups.empty() || backups.front().name < begun) return false;
  next_start_over_ms_ = now_ms + (newest.ok() ? k_start_over_pause_ms : k_mending_pause_ms);
  return true;
}

// What was written when it was killed in between comes in once more, and does nothing.
Result<void> Follower::take(const backup::Segment& segment, const backup::ChainPlace& behind) {
  const auto first = segment.pages.find(1);
  if (first != segment.pages.end()) {
    const std::int64_t schema = store::schema_of_page(first->second);
    if (schema > app::schema_version()) TRY(check_schema_served(schema));
  }
  TRY(writer_->apply({.page_bytes = segment.head.page_bytes,
                      .database_pages = segment.head.database_pages,
                      .pages = segment.pages}));
  backup::StandbyRecord record = state().record;
  const auto commits = static_cast<std::int64_t>(behind.commit - record.place.commit);
  record.place = behind;
  record.as_of_ms = segment.head.last_ms;
  TRY(keep(record));
  const std::lock_guard lock(mutex_);
  state_.commits += commits;
  return {};
}

// Another chain, or another place of this one that a later base stands for: the whole state comes
// in as one change. Killed in the middle, the first data have to come in again.
Result<void> Follower::start_over(const std::string& oldest_epoch,
                                  const std::function<bool()>& is_cancelled) {
  const backup::StandbyRecord before = state().record;
  FetchedState fetched = TRY(fetch_state(source_, oldest_epoch, is_cancelled));
  const bool is_ahead = fetched.record.epoch > before.epoch ||
                        (fetched.record.epoch == before.epoch &&
                         fetched.record.place.sequence > before.place.sequence);
  if (!is_ahead) return Error{.code = Code::not_found, .kind = "no_archive_point"};
  backup::StandbyRecord half = before;
  half.epoch.clear();
  TRY(backup::write_standby_record(source_.data, half));
  const auto became = writer_->become(fetched.fresh / "kontor.db");
  if (!became.ok()) {
    TRY(backup::write_standby_record(source_.data, before));
    return became.error();
  }
  fetched.record.since_ms = before.since_ms;
  next_start_over_ms_ = 0;
  return keep(fetched.record);
}

Result<void> Follower::keep(const backup::StandbyRecord& record) {
  TRY(backup::write_standby_record(source_.data, record));
  {
    const std::lock_guard lock(mutex_);
    state_.record = record;
  }
  if (on_applied_) on_applied_();
  return {};
}

}  // namespace kontor::app
