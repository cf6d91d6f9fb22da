// A read that takes longer than a request: one transaction on a connection of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/connection.h"
#include "store/open_reads.h"
#include "store/sql_failure.h"
#include "store/transaction.h"

namespace kontor::store {

// Sees the database as of its opening until it ends. The writer goes on, but its log cannot start
// over meanwhile and grows: `longest_ms` bounds statements, the owner its life. Large sorts go to
// files. Used by one thread at a time, not always the same one. A server's is Store::long_read().
class LongRead {
 public:
  static Result<std::unique_ptr<LongRead>> open(const std::filesystem::path& database,
                                                const Clock& clock, std::int64_t longest_ms,
                                                OpenReads::Entry entry = {});

  // Runs `read(ReadTx&)`, which returns a Result.
  template <class Read>
  auto run(Read&& read) -> std::invoke_result_t<Read, ReadTx&> {
    try {
      return read(tx_);
    } catch (const SqlFailure& failure) {
      return to_error(failure);
    }
  }

  LongRead(const std::filesystem::path& database, const Clock& clock, std::int64_t longest_ms,
           OpenReads::Entry entry);

 private:
  OpenReads::Entry entry_;
  Connection connection_;
  ReadTx tx_;
};

}  // namespace kontor::store
