// Dates as people write them: 31/12/2026, 12/31/2026, 31.12.2026, 31 Dec 2026, with or without a
// time behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::crm {

enum class DateOrder { day_first, month_first };

// What one cell says of the order in its column.
enum class DateHint {
  none,         // no date, or one that reads the same in both orders: 2026-12-31, 5/5/2026
  day_first,    // 31/12/2026, 31.12.2026
  month_first,  // 12/31/2026
  either,       // 03/04/2026
};
DateHint date_hint(std::string_view text);

// "2026-12-31"; a time behind it is passed over, as it moves no day. nullopt: no date in that form,
// a day that does not exist, a year of two digits.
std::optional<std::string> plain_date(std::string_view text, DateOrder order);

// "2026-12-31T13:05:00+07:00": a date with its time (24 hours, or AM and PM) and its zone (Z,
// +0700, +07:00, GMT). Without a time midnight, without a zone UTC.
std::optional<std::string> plain_instant(std::string_view text, DateOrder order);

}  // namespace kontor::crm
