// Time zone rules written as a POSIX TZ string, such as "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor {

// From `at_s` (seconds since 1970, UTC) on, local time is UTC + offset_s.
struct ZoneChange {
  std::int64_t at_s = 0;
  std::int32_t offset_s = 0;
  bool operator==(const ZoneChange&) const = default;
};

// The day of a year and the time of that day when a clock is set.
struct ZoneRule {
  enum class Kind { julian, day_of_year, weekday_of_month };
  Kind kind = Kind::weekday_of_month;
  int month = 0;  // 1 to 12; weekday_of_month only
  int week = 0;   // 1 to 5, 5 is the last; weekday_of_month only
  int day = 0;    // weekday 0 to 6; julian 1 to 365 without 29 February; day_of_year 0 to 365
  std::int32_t time_s = 7200;  // local time; may be negative or beyond a day (RFC 8536 3.3.1)
};

struct PosixZone {
  std::int32_t standard_offset_s = 0;
  struct Summer {
    std::int32_t offset_s = 0;
    ZoneRule begin;
    ZoneRule end;
  };
  std::optional<Summer> summer;

  // Offset at an instant.
  std::int32_t offset_at(std::int64_t at_s) const;
  // The changes of the years around the instant, in order: at least all within 300 days of it.
  std::vector<ZoneChange> changes_near(std::int64_t at_s) const;
};

// nullopt: not a POSIX TZ string. Without rules, summer time follows "M3.2.0,M11.1.0".
std::optional<PosixZone> parse_posix_zone(std::string_view text);

}  // namespace kontor
