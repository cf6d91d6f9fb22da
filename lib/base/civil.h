// The calendar: dates without a zone, and instants as text.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

inline constexpr std::int64_t k_day_s = 86'400;

// A day of the proleptic Gregorian calendar.
struct Date {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  auto operator<=>(const Date&) const = default;
};

// Days since 1970-01-01; negative before. `date` must be a real date.
std::int64_t days_from_civil(const Date& date);
// For the years -32767 to 32767.
Date civil_from_days(std::int64_t days);

// 28 to 31.
int days_in_month(int year, int month);

// 0 Sunday to 6 Saturday.
int weekday(const Date& date);

Date add_days(const Date& date, std::int64_t days);
// The same day of another month, or that month's last day if it is shorter.
Date add_months(const Date& date, int months);

// "2026-02-28" exactly, years 0001 to 9999; nullopt for anything else, also for days that do not
// exist.
std::optional<Date> parse_date(std::string_view text);
std::string format_date(const Date& date);

// RFC 3339 to milliseconds since 1970 in UTC: "2026-11-21T12:30:00Z", with a fraction (digits
// beyond milliseconds are cut off), with an offset ("+07:00"), "t", "z" or a blank for the "T".
// nullopt for anything else: no zone, a day that does not exist, the second 60.
std::optional<std::int64_t> parse_instant(std::string_view text);

// "2026-11-21T05:30:00.000Z". For years 0001 to 9999; other instants come out as the nearest of
// these.
std::string format_instant(std::int64_t ms);
// The same without a string of its own.
std::array<char, 24> instant_characters(std::int64_t ms);

}  // namespace kontor
