#include "base/civil.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

TEST_CASE("days are counted from 1970, both ways") {
  CHECK(days_from_civil({1970, 1, 1}) == 0);
  CHECK(days_from_civil({2000, 3, 1}) == 11'017);
  CHECK(days_from_civil({1969, 12, 31}) == -1);
  for (std::int64_t days = -800'000; days < 3'000'000; days += 97) {
    REQUIRE(days_from_civil(civil_from_days(days)) == days);
  }
}

TEST_CASE("weekdays and the lengths of months") {
  CHECK(weekday({1970, 1, 1}) == 4);
  CHECK(weekday({2026, 11, 21}) == 6);
  CHECK(weekday({1900, 1, 1}) == 1);
  CHECK(days_in_month(2024, 2) == 29);
  CHECK(days_in_month(1900, 2) == 28);
  CHECK(days_in_month(2000, 2) == 29);
  CHECK(days_in_month(2026, 11) == 30);
}

TEST_CASE("a date is read only if it is written in full and exists") {
  CHECK(parse_date("2024-02-29") == Date{2024, 2, 29});
  CHECK(parse_date("0001-01-01") == Date{1, 1, 1});
  CHECK(parse_date("9999-12-31") == Date{9999, 12, 31});
  const auto text =
      GENERATE("", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "2026-1-1",
               "26-01-01", "0000-01-01", "2026/01/01", "2026-01-01T", " 2026-01-01", "2026-01-01 ",
               "+026-01-01", "-026-01-01", "2026-01-1x", "12026-01-01");
  CAPTURE(text);
  CHECK_FALSE(parse_date(text));
}

TEST_CASE("a date is written as it is read") {
  CHECK(format_date({2026, 1, 5}) == "2026-01-05");
  CHECK(format_date({1, 12, 31}) == "0001-12-31");
}

TEST_CASE("an instant is read with Z, with an offset, and with a fraction") {
  CHECK(parse_instant("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_instant("2026-11-21T12:23:47.123+07:00") == 1'795'238'627'123);
  CHECK(parse_instant("2026-11-21t05:23:47.123z") == 1'795'238'627'123);
  CHECK(parse_instant("2026-11-21 05:23:47.1239999-00:00") == 1'795'238'627'123);
  CHECK(parse_instant("2026-11-20T21:23:47.123-08:00") == 1'795'238'627'123);
  CHECK(parse_instant("1969-12-31T23:59:59.9Z") == -100);
  CHECK(parse_instant("1970-01-01T00:00:00.05Z") == 50);
}

TEST_CASE("text that is no instant is refused") {
  const auto text =
      GENERATE("", "2026-11-21", "2026-11-21T05:23:47", "2026-11-21T05:23Z", "2026-11-21T24:00:00Z",
               "2026-11-21T05:60:00Z", "2026-06-30T23:59:60Z", "2026-02-30T00:00:00Z",
               "2026-11-21T05:23:47.Z", "2026-11-21T05:23:47+0700", "2026-11-21T05:23:47+24:00",
               "2026-11-21T05:23:47+07:60", "2026-11-21T05:23:47Zx", "2026-11-21T05:23:47,5Z",
               "1795238627123");
  CAPTURE(text);
  CHECK_FALSE(parse_instant(text));
}

TEST_CASE("an instant is written in UTC with milliseconds, and read back the same") {
  CHECK(format_instant(0) == "1970-01-01T00:00:00.000Z");
  CHECK(format_instant(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(format_instant(1'795'238'627'007) == "2026-11-21T05:23:47.007Z");
  CHECK(format_instant(INT64_MAX) == "9999-12-31T23:59:59.999Z");
  CHECK(format_instant(INT64_MIN) == "0001-01-01T00:00:00.000Z");
  for (const std::int64_t ms :
       {-62'135'596'800'000LL, -1'001LL, 951'782'400'000LL, 253'402'300'799'999LL}) {
    CHECK(parse_instant(format_instant(ms)) == ms);
  }
}
