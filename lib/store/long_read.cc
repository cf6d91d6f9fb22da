#include "store/long_read.h"

namespace kontor::store {

LongRead::LongRead(const std::filesystem::path& database, const Clock& clock,
                   std::int64_t longest_ms)
    : connection_({.database = database, .role = Role::reader}), tx_(connection_) {
  connection_.run_script("PRAGMA temp_store=FILE; BEGIN;");
  // The snapshot is taken with the first read, not with BEGIN.
  connection_.integer("SELECT count(*) FROM meta");
  connection_.set_deadline(clock, clock.monotonic_ms() + longest_ms);
}

Result<std::unique_ptr<LongRead>> LongRead::open(const std::filesystem::path& database,
                                                 const Clock& clock, std::int64_t longest_ms) {
  try {
    return std::make_unique<LongRead>(database, clock, longest_ms);
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

Result<std::unique_ptr<LongRead>> LongRead::beside(ReadTx& tx, const Clock& clock,
                                                   std::int64_t longest_ms) {
  Statement row = tx.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'");
  if (!row.step()) return Error{.code = Code::internal, .message = "The database has no file."};
  return open(std::string(row.text(0)), clock, longest_ms);
}

}  // namespace kontor::store
