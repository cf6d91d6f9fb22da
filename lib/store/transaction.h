// What code above the store sees of a connection: ReadTx can only read, WriteTx is made by the
// writer thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/statement.h"

namespace kontor::store {

class Connection;

class ReadTx {
 public:
  explicit ReadTx(Connection& connection) : connection_(connection) {}
  ReadTx(const ReadTx&) = delete;
  ReadTx& operator=(const ReadTx&) = delete;

  // `sql` is one statement; the cache is keyed by its text, so input must be bound, never pasted.
  Statement prepare(std::string_view sql);

 protected:
  friend class FreeSql;
  Connection& connection_;
};

// One job's view of the current batch: everything it writes is in a savepoint of its own, undone
// if the job returns an error, and committed together with the other jobs of the batch.
class WriteTx : public ReadTx {
 public:
  using ReadTx::ReadTx;

  std::int64_t last_insert_id() const;
  std::int64_t changes() const;  // rows changed by the last statement
  // Rows changed on this connection so far: the same before and after means nothing was written.
  std::int64_t total_changes() const;

  // Runs `step` in a savepoint within the job's own: if it returns an error, or SQLite refuses one
  // of its statements (a broken constraint), what it wrote is undone and the error returned; the
  // job may go on. What ends the whole transaction (disk full, I/O) is thrown on. Not reentrant.
  Result<void> nested(const std::function<Result<void>()>& step);

  // Runs after the COMMIT that makes this job durable, on the writer thread, before the waiters
  // are answered; dropped if the job or the commit fails. Must be quick and must not throw.
  void after_commit(std::function<void()> action);

  // What others keep in memory of the data is not true any more once this job is durable: from then
  // on, and before its waiters are answered, Store::generation() is another one.
  void outdate_memory();

 private:
  friend class GroupCommit;
  std::vector<std::function<void()>> after_commit_;
};

}  // namespace kontor::store
