#include "crm/numbers.h"

#include "base/check.h"

namespace kontor::crm {

std::string next_number(store::WriteTx& tx, std::string_view series, std::string_view period) {
  store::Statement take = tx.prepare(
      "INSERT INTO sequences (series, period, next) VALUES (?, ?, 2) "
      "ON CONFLICT (series, period) DO UPDATE SET next = next + 1 RETURNING next - 1");
  take.with(series, period);
  CHECK(take.step());
  const std::string digits = std::to_string(take.integer(0));
  take.run();
  constexpr std::size_t width = 5;
  const std::string zeros(digits.size() < width ? width - digits.size() : 0, '0');
  return std::string(series) + "-" + std::string(period) + "-" + zeros + digits;
}

}  // namespace kontor::crm
