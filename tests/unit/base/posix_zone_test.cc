#include "base/posix_zone.h"

#include <catch_amalgamated.hpp>

#include "base/civil.h"

using namespace kontor;

namespace {

std::int32_t offset_at(std::string_view zone, std::string_view instant) {
  const auto parsed = parse_posix_zone(zone);
  REQUIRE(parsed);
  return parsed->offset_at(*parse_instant(instant) / 1000);
}

}  // namespace

TEST_CASE("the sign of a POSIX offset is west-positive") {
  CHECK(offset_at("<+07>-7", "2026-06-01T00:00:00Z") == 7 * 3600);
  CHECK(offset_at("EST5", "2026-06-01T00:00:00Z") == -5 * 3600);
  CHECK(offset_at("NST3:30", "2026-06-01T00:00:00Z") == -12'600);
  CHECK(offset_at("<-0330>+03:30:15", "2026-06-01T00:00:00Z") == -12'615);
}

TEST_CASE("central European rules change at one o'clock UTC on the last Sundays") {
  const auto* zone = "CET-1CEST,M3.5.0,M10.5.0/3";
  CHECK(offset_at(zone, "2026-03-29T00:59:59Z") == 3600);
  CHECK(offset_at(zone, "2026-03-29T01:00:00Z") == 7200);
  CHECK(offset_at(zone, "2026-10-25T00:59:59Z") == 7200);
  CHECK(offset_at(zone, "2026-10-25T01:00:00Z") == 3600);
}

TEST_CASE("summer that spans new year, days counted in three ways, and times beyond a day") {
  CHECK(offset_at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z") == 11 * 3600);
  CHECK(offset_at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z") == 10 * 3600);
  CHECK(offset_at("AAA0BBB,J60/0,J100/0", "2024-02-29T12:00:00Z") == 0);  // J60 is 1 March, always
  CHECK(offset_at("AAA0BBB,J60/0,J100/0", "2024-03-01T00:00:00Z") == 3600);
  CHECK(offset_at("AAA0BBB,59/0,100/0", "2024-02-29T00:00:00Z") == 3600);  // 59 counts the leap day
  // Nuuk: the last Sunday of March at -2 hours, which is Saturday 22:00.
  CHECK(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z") == -7200);
  CHECK(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z") == -3600);
  CHECK(offset_at("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z") == 0);  // negative "summer"
  CHECK(offset_at("XXX3EDT4,0/0,J365/23", "2025-12-31T23:59:59Z") == -4 * 3600);  // all year
  CHECK(offset_at("XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z") == -4 * 3600);
}

TEST_CASE("summer time without rules follows the United States") {
  CHECK(offset_at("PST8PDT", "2026-03-08T09:59:59Z") == -8 * 3600);
  CHECK(offset_at("PST8PDT", "2026-03-08T10:00:00Z") == -7 * 3600);
  CHECK(offset_at("PST8PDT7", "2026-11-01T09:00:00Z") == -8 * 3600);
}

TEST_CASE("text that is no POSIX zone is refused") {
  const auto text = GENERATE(
      "", "EST", "ES5", "E5", "5", "<+07", "<+07>", "<>5", "EST25", "EST5:60", "EST5EDT,",
      "EST5EDT,M3", "EST5EDT,M3.2.0", "EST5EDT,M13.1.0,M1.1.0", "EST5EDT,M3.6.0,M1.1.0",
      "EST5EDT,M3.2.7,M1.1.0", "EST5EDT,J0,J1", "EST5EDT,366,1", "EST5EDT,M3.2.0/168,M11.1.0",
      "EST5 ", "EST5EDT,M3.2.0,M11.1.0x", "Asia/Ho_Chi_Minh", "EST99999999999");
  CAPTURE(text);
  CHECK_FALSE(parse_posix_zone(text));
}
