#include "store/group_commit.h"

#include <sqlite3.h>

#include <string>
#include <utility>

#include "store/transaction.h"

namespace kontor::store {
namespace {

Error unknown_outcome(const SqlFailure& failure) {
  return {.code = Code::commit_unknown,
          .message = "The commit failed (" + std::string(failure.what()) +
                     "); whether the write is on disk is not known.",
          .hint = "look whether it is there before trying again"};
}

Error job_exception(const char* what) {
  return {.code = Code::internal, .message = "A write failed: " + std::string(what) + "."};
}

Error transaction_gone() {
  return {.code = Code::conflict,
          .message = "The write was undone by a rule of the schema.",
          .kind = "rule"};
}

bool concerns_disk(const SqlFailure& failure) {
  return failure.is_disk_failure() || failure.is_disk_full();
}

}  // namespace

BatchOutcome GroupCommit::run(std::span<Job> jobs) {
  BatchOutcome outcome;
  State state = run_together(jobs, Undo::batch, outcome);
  if (jobs.size() == 1) return outcome;
  if (state == State::spoilt) {
    outcome = {};
    state = run_together(jobs, Undo::job, outcome);
  }
  if (state != State::died) return outcome;
  outcome = {};
  run_alone(jobs, outcome);
  return outcome;
}

GroupCommit::State GroupCommit::run_together(std::span<Job> jobs, Undo undo,
                                             BatchOutcome& outcome) {
  try {
    connection_.prepare("BEGIN IMMEDIATE").run();
    const State state = run_jobs(jobs, undo, outcome);
    if (state != State::done) return state;
    if (before_commit_) {
      WriteTx tx(connection_);
      before_commit_(tx);
    }
    return commit(jobs, outcome);
  } catch (const SqlFailure& failure) {
    return fail_all(jobs.size(), failure, outcome);
  }
}

GroupCommit::State GroupCommit::run_jobs(std::span<Job> jobs, Undo undo, BatchOutcome& outcome) {
  for (Job& job : jobs) {
    Step step = run_job(job, undo);
    if (!connection_.in_transaction()) {
      if (step.answer.ok()) step.answer = transaction_gone();
      outcome.after_commit.clear();
      outcome.answers.assign(jobs.size(), step.answer);
      return step.spoilt ? State::spoilt : State::died;
    }
    outcome.answers.push_back(std::move(step.answer));
    for (auto& action : step.after_commit) outcome.after_commit.push_back(std::move(action));
  }
  return State::done;
}

// What the savepoint could not contain takes the whole transaction with it: the disk's troubles are
// the writer's business, the rest shows as a batch that died.
GroupCommit::Step GroupCommit::run_job(Job& job, Undo undo) {
  try {
    return undo == Undo::job ? run_savepoint(job) : run_bare(job);
  } catch (const SqlFailure& failure) {
    if (concerns_disk(failure)) throw;
    roll_back();
    return {.answer = to_error(failure), .after_commit = {}};
  }
}

// With a savepoint open SQLite keeps the old content of every page that is changed, and goes
// through all of it at the end of each statement: a fifth of what an import costs. Most jobs that
// fail do so before they have written anything; where one has, the whole transaction is undone.
GroupCommit::Step GroupCommit::run_bare(Job& job) {
  const auto before = sqlite3_total_changes64(connection_.handle());
  Step step = run_work(job);
  if (step.answer.ok() || !connection_.in_transaction()) return step;
  if (sqlite3_total_changes64(connection_.handle()) == before) return step;
  step.spoilt = true;
  roll_back();
  return step;
}

GroupCommit::Step GroupCommit::run_savepoint(Job& job) {
  connection_.prepare("SAVEPOINT job").run();
  Step step = run_work(job);
  if (!connection_.in_transaction()) return step;
  if (!step.answer.ok()) connection_.prepare("ROLLBACK TO job").run();
  connection_.prepare("RELEASE job").run();
  return step;
}

GroupCommit::Step GroupCommit::run_work(Job& job) {
  WriteTx tx(connection_);
  Step step;
  try {
    step.answer = job.work(tx);
  } catch (const SqlFailure& failure) {
    if (failure.ends_transaction() || !connection_.in_transaction()) throw;
    step.answer = to_error(failure);
  } catch (const std::exception& failure) {
    step.answer = job_exception(failure.what());
  } catch (...) {
    step.answer = job_exception("an unknown exception");
  }
  if (step.answer.ok() && connection_.in_transaction())
    step.after_commit = std::move(tx.after_commit_);
  return step;
}

GroupCommit::State GroupCommit::commit(std::span<Job> jobs, BatchOutcome& outcome) {
  try {
    const std::int64_t begun_us = steady_us();
    connection_.prepare("COMMIT").run();
    if (statistics_ != nullptr) statistics_->commit.observe(steady_us() - begun_us);
    return State::done;
  } catch (const SqlFailure& failure) {
    if (statistics_ != nullptr) statistics_->commits_failed.add();
    outcome.after_commit.clear();
    if (failure.is_disk_full() && !failure.is_full_index()) throw;
    // A deferred constraint: SQLite has not written anything and says so.
    const bool undone = failure.primary() == SQLITE_CONSTRAINT;
    Error error = undone ? to_error(failure) : unknown_outcome(failure);
    roll_back();
    outcome.answers.assign(jobs.size(), error);
    if (undone) return State::died;
    if (concerns_disk(failure)) outcome.trouble = failure;
    return State::trouble;
  }
}

// Nothing of the batch is on disk. After SQLITE_FULL that holds for COMMIT too: the frame that
// would make the transaction valid is the last that is written, and a short write of it does not
// pass its checksum.
GroupCommit::State GroupCommit::fail_all(std::size_t jobs, const SqlFailure& failure,
                                         BatchOutcome& outcome) {
  roll_back();
  outcome.after_commit.clear();
  outcome.answers.assign(jobs, to_error(failure));
  if (concerns_disk(failure)) outcome.trouble = failure;
  return State::trouble;
}

void GroupCommit::run_alone(std::span<Job> jobs, BatchOutcome& outcome) {
  for (std::size_t at = 0; at < jobs.size(); ++at) {
    BatchOutcome one;
    run_together(jobs.subspan(at, 1), Undo::batch, one);
    outcome.answers.push_back(std::move(one.answers.front()));
    for (auto& action : one.after_commit) outcome.after_commit.push_back(std::move(action));
    if (!one.trouble) continue;
    outcome.trouble = one.trouble;
    const Error error = to_error(*one.trouble);
    outcome.answers.resize(jobs.size(), error);
    return;
  }
}

void GroupCommit::roll_back() {
  if (!connection_.in_transaction()) return;
  try {
    connection_.prepare("ROLLBACK").run();
  } catch (const SqlFailure&) {
    // The transaction is gone either way, and what made us roll back is what gets reported.
  }
}

}  // namespace kontor::store
