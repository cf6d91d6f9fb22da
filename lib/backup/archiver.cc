#include "backup/archiver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/staging_folder.h"
#include "base/check.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

// A commit is in a segment a second after it was made, the writing included.
constexpr std::int64_t k_wait_ms = 600;
constexpr std::chrono::milliseconds k_look(100);
constexpr std::int64_t k_wait_bytes = 4LL * 1024 * 1024;
constexpr std::int64_t k_try_again_ms = 1'000;
constexpr std::int64_t k_base_again_ms = 60'000;
constexpr std::int64_t k_second_ms = 1000;
constexpr std::string_view k_first_archive = "there was no archive";

store::LogTap& tap_of(store::Store& store) {
  CHECK(store.log_tap() != nullptr);
  return *store.log_tap();
}

// Why the chain cannot go on where `end` says; empty: it can.
std::string why_not(const std::vector<Epoch>& epochs, const std::optional<CleanEnd>& end,
                    const std::string& database) {
  if (epochs.empty()) return std::string(k_first_archive);
  if (!end) return "the last server did not end cleanly, or kept no archive";
  const Epoch& last = epochs.back();
  const std::uint64_t sequence = last.segments.empty() ? 0 : last.segments.back().sequence;
  if (end->epoch != last.name || end->place.sequence != sequence) {
    return "the archive is not as the last server left it";
  }
  if (database.empty() || end->database != database) {
    return "the database was changed or replaced while no archive was kept";
  }
  return {};
}

}  // namespace

Archiver::Archiver(store::Store& store, ArchiverOptions options, const Clock& clock, Random& random,
                   const Logger& log)
    : store_(store),
      tap_(tap_of(store)),
      options_(std::move(options)),
      archive_(options_.data_dir / "archive"),
      clock_(clock),
      random_(random),
      log_(log) {
  auto epochs = list_epochs(archive_);
  if (epochs.ok()) resume(*epochs);
  else want_epoch(epochs.error().message, 0);
  note(remove_end(archive_), "the archive's end could not be removed");
}

void Archiver::start() {
  thread_ = std::thread([this] { work(); });
}

Archiver::~Archiver() {
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  stop_base();
}

void Archiver::resume(const std::vector<Epoch>& epochs) {
  for (const Epoch& epoch : epochs) {
    newest_ms_ = std::max(newest_ms_, epoch.began_ms);
    newest_name_ = std::max(newest_name_, epoch.name);
    if (!epoch.segments.empty()) {
      newest_ms_ = std::max(newest_ms_, epoch.segments.back().second_ms);
    }
  }
  const auto end = read_end(archive_);
  const std::string why = why_not(epochs, end, database_mark(options_.data_dir / "kontor.db"));
  if (!why.empty()) return want_epoch(why, 0);
  const Epoch& last = epochs.back();
  chain_.emplace(last.folder, end->place, end->last_ms, options_.form);
  commits_before_ = end->place.commit;
  const std::lock_guard lock(state_mutex_);
  figures_.epoch = last.name;
  figures_.has_base = std::any_of(last.bases.begin(), last.bases.end(), [&](const Base& base) {
    std::error_code ignored;
    return std::filesystem::exists(options_.data_dir / "backups" / base.backup, ignored);
  });
  end_ = {.epoch = last.name, .place = end->place};
}

void Archiver::want_epoch(std::string why, std::uint64_t after_commit) {
  wanted_why_ = std::move(why);
  wanted_after_ = after_commit;
}

void Archiver::work() {
  std::unique_lock lock(wake_mutex_);
  while (!stopping_) {
    lock.unlock();
    step();
    lock.lock();
    wake_.wait_for(lock, k_look, [this] { return stopping_; });
  }
}

void Archiver::step() {
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (now_ms >= next_try_ms_ && is_due()) {
    const auto written = archive_waiting();
    note(written, "the archive cannot be written");
    if (!written.ok()) next_try_ms_ = now_ms + k_try_again_ms;
  }
  look_after_base();
}

bool Archiver::is_due() const {
  const std::lock_guard lock(work_mutex_);
  if (!wanted_why_.empty() || !chain_->is_flushed()) return true;
  const std::int64_t oldest_ms = tap_.oldest_waiting_ms();
  if (oldest_ms == 0) return false;
  const std::int64_t now_ms = clock_.now_ms();
  return now_ms - oldest_ms >= k_wait_ms || now_ms < oldest_ms ||
         tap_.waiting_bytes() >= k_wait_bytes;
}

// A failure is told once, not each time it is tried again.
void Archiver::note(const Result<void>& outcome, std::string_view what) {
  const std::lock_guard lock(state_mutex_);
  if (outcome.ok()) {
    if (!figures_.trouble.empty()) log_.info("the archive is written again");
    figures_.trouble.clear();
    return;
  }
  ++figures_.errors;
  if (figures_.trouble.empty()) log_.error(what, {{"err", outcome.error().message}});
  figures_.trouble = outcome.error().message;
}

Result<void> Archiver::archive_waiting() {
  const std::lock_guard lock(work_mutex_);
  Result<void> written = write_all();
  const std::lock_guard state_lock(state_mutex_);
  oldest_unwritten_ms_ = chain_ ? chain_->oldest_waiting_ms() : 0;
  if (!chain_) return written;
  figures_.segments = segments_before_ + chain_->segments();
  figures_.bytes = bytes_before_ + chain_->bytes();
  end_ = {.epoch = chain_->epoch(), .place = chain_->end()};
  return written;
}

// Nothing more is taken while something waits: the store's limits hold for it there.
Result<void> Archiver::write_all() {
  if (chain_) TRY(chain_->flush());
  if (!wanted_why_.empty()) TRY(begin_epoch());
  store::LogTaken taken = tap_.take();
  for (store::LogPiece& piece : taken.pieces) {
    for (store::LogCommit& commit : piece.commits) commit.number += commits_before_;
  }
  if (!taken.gap.empty()) want_epoch(taken.gap, commits_before_ + taken.gap_end);
  chain_->add(group_commits(taken.pieces));
  TRY(chain_->flush());
  if (!wanted_why_.empty()) TRY(begin_epoch());
  return {};
}

// Behind all that is there, also where the clock was ahead and is right now: epochs and moments are
// found by their order, at a target by that of the names alone.
Result<void> Archiver::begin_epoch() {
  std::int64_t began_ms = clock_.now_ms();
  const std::string id = random_hex(random_, 8);
  if (chain_) newest_ms_ = std::max(newest_ms_, chain_->last_ms());
  const bool is_behind = began_ms <= newest_ms_ || epoch_name(began_ms, id) <= newest_name_;
  if (is_behind) began_ms = (std::max(began_ms, newest_ms_) / k_second_ms + 1) * k_second_ms;
  const std::string name = epoch_name(began_ms, id);
  TRY(make_folders(archive_ / name));
  TRY(write_epoch(archive_ / name, began_ms, wanted_why_));
  TRY(store::sync_folder(archive_));
  if (chain_) {
    segments_before_ += chain_->segments();
    bytes_before_ += chain_->bytes();
  }
  const ChainPlace begin{.sequence = 0, .commit = wanted_after_, .hash = {}};
  chain_.emplace(archive_ / name, begin, is_behind ? began_ms : 0, options_.form);
  newest_ms_ = began_ms;
  newest_name_ = name;
  const LogLevel level = wanted_why_ == k_first_archive ? LogLevel::info : LogLevel::warn;
  const std::array<LogField, 2> fields = {{{"epoch", name}, {"why", wanted_why_}}};
  log_.log(level, "a new epoch of the archive begins", fields);
  wanted_why_.clear();
  const std::lock_guard lock(state_mutex_);
  figures_.epoch = name;
  figures_.has_base = false;
  ++figures_.epochs;
  end_ = {.epoch = name, .place = begin};
  return {};
}

void Archiver::look_after_base() {
  const std::lock_guard lock(base_mutex_);
  if (base_runs_ || base_stops_) return;
  if (base_thread_.joinable()) base_thread_.join();
  const ArchiveFigures now = figures();
  if (now.has_base || now.epoch.empty() || clock_.monotonic_ms() < next_base_ms_) return;
  next_base_ms_ = clock_.monotonic_ms() + k_base_again_ms;
  base_runs_ = true;
  base_thread_ = std::thread([this] {
    make_base();
    base_runs_ = false;
  });
}

void Archiver::make_base() {
  const auto made = options_.make_base(*this, [this] { return base_stops_.load(); });
  if (!made.ok() && made.error().kind == "interrupted") return;
  const std::lock_guard lock(state_mutex_);
  const std::string told =
      std::exchange(figures_.base_trouble, made.ok() ? std::string() : made.error().message);
  if (made.ok()) return;
  ++figures_.errors;
  if (told.empty()) log_.error("the archive has no base yet", {{"err", made.error().message}});
}

void Archiver::stop_base() {
  base_stops_ = true;
  const std::lock_guard lock(base_mutex_);
  if (base_thread_.joinable()) base_thread_.join();
}

Result<void> Archiver::flush() { return archive_waiting(); }

Result<void> Archiver::finish() {
  if (!thread_.joinable() && !chain_) return {};
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  stop_base();
  TRY(archive_waiting());
  return write_end(archive_, {.epoch = chain_->epoch(),
                              .place = chain_->end(),
                              .last_ms = chain_->last_ms(),
                              .database = database_mark(options_.data_dir / "kontor.db")});
}

BaseMark Archiver::begin_base() const {
  const std::lock_guard lock(state_mutex_);
  return end_;
}

// The copy may hold a commit of which the tap was not told yet. The writer tells before it begins
// the next job, so behind one job more all are known.
void Archiver::fix_base(BaseMark& mark) const {
  const auto passed = store_.write([](store::WriteTx&) -> Result<void> { return {}; });
  mark.ready_commit = commits_before_ + tap_.last_commit() + (passed.ok() ? 0 : 1);
}

Result<void> Archiver::add_base(const BaseMark& mark, const Made& made) {
  const std::lock_guard lock(work_mutex_);
  if (!chain_ || chain_->epoch() != mark.epoch) return {};
  if (made.file.parent_path() != options_.data_dir / "backups") return {};
  TRY(write_base(chain_->folder(), {.backup = made.file.filename().string(),
                                    .id = made.manifest.id,
                                    .taken_at_ms = made.manifest.taken_at_ms,
                                    .place = mark.place,
                                    .ready_commit = mark.ready_commit}));
  const std::lock_guard state_lock(state_mutex_);
  figures_.has_base = true;
  return {};
}

ArchiveFigures Archiver::figures() const {
  const std::int64_t in_log_ms = tap_.oldest_waiting_ms();
  const std::lock_guard lock(state_mutex_);
  ArchiveFigures figures = figures_;
  const std::int64_t oldest_ms = oldest_unwritten_ms_ != 0 ? oldest_unwritten_ms_ : in_log_ms;
  if (oldest_ms != 0) figures.lag_ms = std::max<std::int64_t>(0, clock_.now_ms() - oldest_ms);
  return figures;
}

}  // namespace kontor::backup
