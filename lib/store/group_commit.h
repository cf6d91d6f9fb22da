// Runs jobs inside one transaction, a savepoint each, with one COMMIT for all. A lone job is the
// transaction.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/connection.h"
#include "store/job_queue.h"
#include "store/sql_failure.h"
#include "store/statistics.h"

namespace kontor::store {

using Actions = std::vector<std::function<void()>>;

struct BatchOutcome {
  std::vector<Result<void>> answers;  // one for each job, in order
  Actions after_commit;               // of the jobs that are on disk, in order
  // A failure of the disk or of its space, which the writer must act upon before it answers.
  std::optional<SqlFailure> trouble;
};

// On the writer's connection and thread. Never throws for what SQLite or a job does.
class GroupCommit {
 public:
  GroupCommit(Connection& connection, std::function<void(WriteTx&)> before_commit)
      : connection_(connection), before_commit_(std::move(before_commit)) {}

  // All jobs run in one transaction. If one fails that has written already, they run again with a
  // savepoint each. If SQLite rolls the whole transaction back while a job runs (a RAISE(ROLLBACK),
  // no memory), or the COMMIT breaks a deferred constraint, every job is run again in a transaction
  // of its own.
  BatchOutcome run(std::span<Job> jobs);
  // From now on; they must outlive it.
  void count_in(Statistics& statistics) { statistics_ = &statistics; }

 private:
  enum class State { done, spoilt, died, trouble };
  enum class Undo { batch, job };  // what a job undoes that fails

  struct Step {
    Result<void> answer;
    Actions after_commit;
    bool spoilt = false;  // it had written, and took the transaction with it
  };

  State run_together(std::span<Job> jobs, Undo undo, BatchOutcome& outcome);
  State run_jobs(std::span<Job> jobs, Undo undo, BatchOutcome& outcome);
  Step run_job(Job& job, Undo undo);
  Step run_bare(Job& job);
  Step run_savepoint(Job& job);
  Step run_work(Job& job);
  State commit(std::span<Job> jobs, BatchOutcome& outcome);
  State fail_all(std::size_t jobs, const SqlFailure& failure, BatchOutcome& outcome);
  void run_alone(std::span<Job> jobs, BatchOutcome& outcome);
  void roll_back();

  Connection& connection_;
  Statistics* statistics_ = nullptr;
  const std::function<void(WriteTx&)> before_commit_;
};

}  // namespace kontor::store
