#include "crm/numbers.h"

#include "base/check.h"

namespace kontor::crm {

std::string next_number(store::WriteTx& tx, std::string_view series, std::string_view period) {
  tx.prepare(
        "INSERT INTO sequences (series, period, next) VALUES (?, ?, 2) "
        "ON CONFLICT (series, period) DO UPDATE SET next = next + 1")
      .with(series, period)
      .run();
  // Not by RETURNING, for which SQLite makes a table and drops it again: three times as dear.
  store::Statement taken =
      tx.prepare("SELECT next - 1 FROM sequences WHERE series = ? AND period = ?");
  taken.with(series, period);
  CHECK(taken.step());
  const std::string digits = std::to_string(taken.integer(0));
  constexpr std::size_t width = 5;
  const std::string zeros(digits.size() < width ? width - digits.size() : 0, '0');
  return std::string(series) + "-" + std::string(period) + "-" + zeros + digits;
}

}  // namespace kontor::crm
