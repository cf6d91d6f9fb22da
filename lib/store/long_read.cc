#include "store/long_read.h"

#include <utility>

namespace kontor::store {

LongRead::LongRead(const std::filesystem::path& database, const Clock& clock,
                   std::int64_t longest_ms, OpenReads::Entry entry)
    : entry_(std::move(entry)),
      connection_({.database = database, .role = Role::reader}),
      tx_(connection_) {
  connection_.run_script("PRAGMA temp_store=FILE; BEGIN;");
  // The snapshot is taken with the first read, not with BEGIN.
  connection_.integer("SELECT count(*) FROM meta");
  connection_.set_deadline(clock, clock.monotonic_ms() + longest_ms);
}

Result<std::unique_ptr<LongRead>> LongRead::open(const std::filesystem::path& database,
                                                 const Clock& clock, std::int64_t longest_ms,
                                                 OpenReads::Entry entry) {
  try {
    return std::make_unique<LongRead>(database, clock, longest_ms, std::move(entry));
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

}  // namespace kontor::store
