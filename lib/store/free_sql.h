// SQL that a person wrote, for `kontor sql`: any number of statements, held within bounds that the
// program's own SQL does not need.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kontor::store {

struct FreeValue {
  enum class Kind { null, integer, real, text, blob };
  Kind kind = Kind::null;
  std::string_view bytes = {};  // as text; of a blob its bytes. Valid until the next row
};

// Called for each statement: columns once, then rows, then the end with the number of rows changed.
// An error of row() ends it all.
struct FreeSqlReader {
  std::function<void(const std::vector<std::string>& columns)> columns;
  std::function<Result<void>(std::span<const FreeValue> row)> row;
  std::function<void(std::int64_t changes)> end;
};

struct FreeSqlLimit {
  const Clock& clock;
  std::int64_t limit_ms;  // for all statements together; then they are interrupted
};

// Runs the statements of `sql` one after the other in `tx`. With a ReadTx nothing can be written;
// with a WriteTx rows can. Refused both ways, with Code::forbidden: transactions (the store has its
// own), other files (ATTACH), pragmas that change something, changes of the schema (migrations
// alone may). What SQLite does not understand is Code::invalid, kind bad_sql.
Result<void> run_free_sql(ReadTx& tx, std::string_view sql, const FreeSqlLimit& limit,
                          const FreeSqlReader& reader);
Result<void> run_free_sql(WriteTx& tx, std::string_view sql, const FreeSqlLimit& limit,
                          const FreeSqlReader& reader);

}  // namespace kontor::store
