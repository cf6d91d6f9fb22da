#include "store/writer.h"

#include <future>
#include <utility>

#include "base/check.h"

namespace kontor::store {
namespace {

constexpr std::int64_t k_optimize_every_ms = 3'600'000;
constexpr std::chrono::milliseconds k_idle_look(60'000);
// How soon a disk that was full is noticed to have room again.
constexpr std::chrono::milliseconds k_full_look(250);

Error stopped_error() {
  return {.code = Code::unavailable,
          .message = "Writing has stopped because the disk failed.",
          .kind = "io_failure"};
}

Error full_error() {
  return {.code = Code::disk_full,
          .message = "The disk is full; nothing was written.",
          .hint = "free some space: writing resumes by itself"};
}

Error queue_error(bool closed) {
  if (closed) return {.code = Code::unavailable, .message = "The server is stopping."};
  return {.code = Code::busy, .message = "Too many writes are waiting.", .kind = "queue_full"};
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, DiskReserve reserve, WriterOptions options,
               const Clock& clock, Statistics& statistics)
    : connection_(std::move(connection)),
      reserve_(std::move(reserve)),
      options_(std::move(options)),
      clock_(clock),
      statistics_(statistics),
      queue_(options_.queue),
      commit_(*connection_, options_.before_commit),
      checkpoints_(*connection_, options_.checkpoints, options_.tap),
      next_optimize_ms_(clock.monotonic_ms() + k_optimize_every_ms),
      must_empty_log_(options_.must_empty_log),
      disk_full_(options_.disk_full),
      thread_([this] { run(); }) {}

Writer::~Writer() { stop(); }

std::optional<Error> Writer::refusal() const {
  if (failed_) return stopped_error();
  if (disk_full_) return full_error();
  return std::nullopt;
}

Result<void> Writer::queue(std::function<Result<void>(WriteTx&)> work,
                           std::function<void(Result<void>)> done) {
  if (auto refused = refusal()) return *std::move(refused);
  Job job{.work = std::move(work), .done = std::move(done), .queued_us = steady_us()};
  if (!queue_.push(job)) return queue_error(queue_.closed());
  return {};
}

// The promise is shared: who waits may have gone on, and taken it along, before it is kept in full.
Result<void> Writer::write(std::function<Result<void>(WriteTx&)> work) {
  CHECK(std::this_thread::get_id() != thread_.get_id());
  const auto answer = std::make_shared<std::promise<Result<void>>>();
  TRY(queue(std::move(work),
            [answer](Result<void> outcome) { answer->set_value(std::move(outcome)); }));
  return answer->get_future().get();
}

// Where a job is answered its transaction is over, and this is the writer's thread.
Result<bool> Writer::empty_log() {
  CHECK(std::this_thread::get_id() != thread_.get_id());
  const auto answer = std::make_shared<std::promise<Result<bool>>>();
  TRY(queue([](WriteTx&) -> Result<void> { return {}; },
            [this, answer](Result<void> outcome) {
              if (!outcome.ok()) return answer->set_value(std::move(outcome).error());
              bool empty = false;
              guarded([&] { empty = checkpoints_.truncate(); });
              log_bytes_ = checkpoints_.log_bytes();
              answer->set_value(empty);
            }));
  return answer->get_future().get();
}

bool Writer::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
  return clean_;
}

std::chrono::milliseconds Writer::patience() const {
  return disk_full_ ? k_full_look : k_idle_look;
}

void Writer::run() {
  commit_.count_in(statistics_);
  while (!queue_.finished()) {
    std::vector<Job> jobs = queue_.take(options_.batch, patience());
    if (failed_) {
      refuse_all(jobs);
      continue;
    }
    if (disk_full_) look_for_room();
    if (!jobs.empty()) run_batch(std::move(jobs));
    if (!failed_) optimize_when_due();
    if (failed_) report_failure();
  }
  if (failed_) return;
  tidy();
  if (failed_) report_failure();
}

// Answers come last: by then the writes are on disk, or the writer has already refused itself.
void Writer::run_batch(std::vector<Job> jobs) {
  if (disk_full_) return refuse_all(jobs);
  const std::int64_t now_us = steady_us();
  for (const Job& job : jobs) statistics_.write_wait.observe(now_us - job.queued_us);
  BatchOutcome outcome = commit_.run(jobs);
  if (outcome.trouble) act_on(*outcome.trouble);
  for (auto& action : outcome.after_commit) action();
  for (std::size_t at = 0; at < jobs.size(); ++at) {
    answer(jobs[at], std::move(outcome.answers[at]));
  }
  if (failed_) return;
  guarded([this] {
    const std::int64_t begun_us = steady_us();
    if (checkpoints_.after_commit()) statistics_.checkpoint.observe(steady_us() - begun_us);
  });
  log_bytes_ = checkpoints_.log_bytes();
}

void Writer::answer(Job& job, Result<void> outcome) {
  statistics_.write.observe(steady_us() - job.queued_us);
  job.done(std::move(outcome));
}

void Writer::refuse_all(std::vector<Job>& jobs) {
  for (Job& job : jobs) answer(job, *refusal());
}

template <class Step>
void Writer::guarded(Step&& step) {
  try {
    step();
  } catch (const SqlFailure& failure) {
    act_on(failure);
  }
}

void Writer::act_on(const SqlFailure& failure) {
  if (failure.is_disk_failure()) stop_for_good(failure);
  else if (failure.is_disk_full()) enter_disk_full();
}

void Writer::stop_for_good(const SqlFailure& failure) {
  if (failed_.exchange(true)) return;
  failure_ = to_error(failure);
  connection_->leave_log_on_close();
}

// Those who wait are answered first, as the program may end inside the call.
void Writer::report_failure() {
  std::vector<Job> waiting = queue_.take(options_.queue, std::chrono::milliseconds(0));
  refuse_all(waiting);
  if (options_.on_io_failure) options_.on_io_failure(*failure_);
}

// The space given back lets this checkpoint run; it empties the log, which frees more.
void Writer::enter_disk_full() {
  disk_full_ = true;
  reserve_.release();
  guarded([this] {
    try {
      checkpoints_.truncate();
    } catch (const SqlFailure& failure) {
      if (!failure.is_disk_full()) throw;
    }
  });
}

void Writer::look_for_room() {
  if (!reserve_.has_room() || !reserve_.take()) return;
  guarded([this] {
    if (must_empty_log_ && !checkpoints_.truncate()) return;
    must_empty_log_ = false;
    disk_full_ = false;
  });
}

void Writer::optimize_when_due() {
  if (disk_full_ || clock_.monotonic_ms() < next_optimize_ms_) return;
  next_optimize_ms_ = clock_.monotonic_ms() + k_optimize_every_ms;
  guarded([this] { connection_->run_script("PRAGMA optimize;"); });
}

void Writer::tidy() {
  guarded([this] {
    connection_->run_script("PRAGMA optimize;");
    clean_ = checkpoints_.truncate();
  });
}

}  // namespace kontor::store
