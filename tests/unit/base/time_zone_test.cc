#include "base/time_zone.h"

#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace kontor;

namespace {

const ZoneSources k_packed_only{.host_folder = "", .pack = ZonePack::embedded()};

TimeZone zone(std::string_view name) {
  auto loaded = TimeZone::load(name, k_packed_only);
  CAPTURE(name);
  REQUIRE(loaded.ok());
  return *loaded;
}

std::int64_t ms(std::string_view instant) { return *parse_instant(instant); }

std::string local(const TimeZone& z, std::string_view instant) {
  return format_date(z.local_date(ms(instant)));
}

std::string start(const TimeZone& z, std::string_view date) {
  return format_instant(z.start_of_day_ms(*parse_date(date)));
}

std::string little_endian(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::string pack_of(const std::vector<std::pair<std::string, std::string>>& zones) {
  std::string head = "KTZI0001" + little_endian(static_cast<std::uint32_t>(zones.size()));
  std::string rest;
  const std::size_t begin = head.size() + 16 * zones.size();
  for (const auto& [name, body] : zones) {
    for (const std::string& piece : {name, body}) {
      head += little_endian(static_cast<std::uint32_t>(begin + rest.size()));
      head += little_endian(static_cast<std::uint32_t>(piece.size()));
      rest += piece;
    }
  }
  return head + rest;
}

}  // namespace

TEST_CASE("seven hours east of UTC the new year starts at five in the afternoon") {
  const TimeZone z = zone("Asia/Ho_Chi_Minh");
  CHECK(z.offset_s(ms("2026-06-01T00:00:00Z")) == 7 * 3600);
  CHECK(local(z, "2026-12-31T16:30:00Z") == "2026-12-31");  // 23:30
  CHECK(local(z, "2026-12-31T16:59:59.999Z") == "2026-12-31");
  CHECK(local(z, "2026-12-31T17:00:00Z") == "2027-01-01");
  CHECK(start(z, "2027-01-01") == "2026-12-31T17:00:00.000Z");
}

TEST_CASE("eight hours west of UTC the old year lasts until eight in the morning") {
  const TimeZone z = zone("America/Los_Angeles");
  CHECK(local(z, "2027-01-01T07:30:00Z") == "2026-12-31");  // 23:30
  CHECK(local(z, "2027-01-01T08:00:00Z") == "2027-01-01");
  CHECK(start(z, "2027-01-01") == "2027-01-01T08:00:00.000Z");
}

TEST_CASE("a day on which clocks are set has 23 or 25 hours") {
  const TimeZone z = zone("America/Los_Angeles");
  const auto hours = [&](std::string_view day, std::string_view next) {
    return (z.start_of_day_ms(*parse_date(next)) - z.start_of_day_ms(*parse_date(day))) / 3'600'000;
  };
  CHECK(hours("2026-03-07", "2026-03-08") == 24);
  CHECK(hours("2026-03-08", "2026-03-09") == 23);
  CHECK(hours("2026-11-01", "2026-11-02") == 25);
  CHECK(start(z, "2026-03-09") == "2026-03-09T07:00:00.000Z");
  CHECK(start(z, "2026-11-02") == "2026-11-02T08:00:00.000Z");
}

TEST_CASE("where clocks go forward at midnight the day starts at one") {
  const TimeZone z = zone("Africa/Cairo");  // 2024-04-26 00:00 became 01:00
  CHECK(start(z, "2024-04-26") == "2024-04-25T22:00:00.000Z");
  CHECK(local(z, "2024-04-25T21:59:59Z") == "2024-04-25");
  CHECK(local(z, "2024-04-25T22:00:00Z") == "2024-04-26");
}

TEST_CASE("where clocks go back over midnight the day starts at its first midnight") {
  const TimeZone havana = zone("America/Havana");  // 2024-11-03 01:00 became 00:00
  CHECK(start(havana, "2024-11-03") == "2024-11-03T04:00:00.000Z");
  const TimeZone sao_paulo =
      zone("America/Sao_Paulo");  // 2019-02-17 00:00 became 16 February, 23:00
  CHECK(start(sao_paulo, "2019-02-17") == "2019-02-17T03:00:00.000Z");
  CHECK(local(sao_paulo, "2019-02-17T02:30:00Z") == "2019-02-16");
}

TEST_CASE("a date that a zone skipped starts with the next one") {
  const TimeZone z = zone("Pacific/Apia");  // 2011-12-30 did not take place in Samoa
  CHECK(start(z, "2011-12-29") == "2011-12-29T10:00:00.000Z");
  CHECK(start(z, "2011-12-30") == "2011-12-30T10:00:00.000Z");
  CHECK(start(z, "2011-12-31") == "2011-12-30T10:00:00.000Z");
}

TEST_CASE("offsets that are no whole hours") {
  CHECK(zone("Asia/Kathmandu").offset_s(ms("2026-01-01T00:00:00Z")) == 20'700);
  CHECK(zone("Australia/Lord_Howe").offset_s(ms("2026-01-01T00:00:00Z")) == 39'600);
  CHECK(zone("Australia/Lord_Howe").offset_s(ms("2026-07-01T00:00:00Z")) == 37'800);
  CHECK(zone("Pacific/Chatham").offset_s(ms("2026-01-01T00:00:00Z")) == 49'500);
  CHECK(zone("Asia/Ho_Chi_Minh").offset_s(ms("1900-01-01T00:00:00Z")) ==
        25'590);  // local mean time
}

TEST_CASE("years beyond a zone's table follow its last rule") {
  const TimeZone z = zone("Europe/Berlin");
  CHECK(z.offset_s(ms("2500-01-15T12:00:00Z")) == 3600);
  CHECK(z.offset_s(ms("2500-07-15T12:00:00Z")) == 7200);
  CHECK(start(z, "2500-07-15") == "2500-07-14T22:00:00.000Z");
  CHECK(start(z, "9999-12-31") == "9999-12-30T23:00:00.000Z");
  CHECK(z.offset_s(ms("2400-03-26T00:59:59Z")) == 3600);  // the last Sunday of March 2400
  CHECK(z.offset_s(ms("2400-03-26T01:00:00Z")) == 7200);
}

TEST_CASE("every day of every zone starts after the one before, and with its own date") {
  for (const std::string_view name : ZonePack::embedded().names()) {
    const TimeZone z = zone(name);
    CAPTURE(name);
    std::int64_t last = INT64_MIN;
    for (std::int64_t days = days_from_civil({2010, 12, 1}); days < days_from_civil({2012, 2, 1});
         ++days) {
      const Date date = civil_from_days(days);
      const std::int64_t begin = z.start_of_day_ms(date);
      const Date shown = z.local_date(begin);
      const bool good = begin >= last && shown >= date && (z.local_date(begin - 1) < shown);
      if (!good) FAIL(format_date(date) << " starts at " << format_instant(begin));
      last = begin;
    }
  }
}

TEST_CASE("the embedded zones agree with the host's C library") {
  const std::string before = std::getenv("TZ") != nullptr ? std::getenv("TZ") : "";
  for (const char* name :
       {"Asia/Ho_Chi_Minh", "America/New_York", "Europe/Dublin", "Africa/Casablanca",
        "Australia/Lord_Howe", "America/Nuuk", "Asia/Gaza", "Pacific/Apia"}) {
    const auto path = std::string("/usr/share/zoneinfo/") + name;
    if (!std::filesystem::exists(path)) SKIP("the host has no time zones");
    const TimeZone z = zone(name);
    setenv("TZ", name, 1);
    tzset();
    for (std::time_t at = -2'000'000'000; at < 6'000'000'000; at += 1'234'567) {
      std::tm shown{};
      localtime_r(&at, &shown);
      CAPTURE(name, at);
      if (shown.tm_gmtoff != z.offset_s(std::int64_t{at} * 1000)) FAIL("differs");
    }
  }
  setenv("TZ", before.c_str(), 1);
  tzset();
}

TEST_CASE("UTC and POSIX strings need no data at all") {
  const ZoneSources nothing{.host_folder = "", .pack = ZonePack("")};
  CHECK(TimeZone::load("UTC", nothing)->offset_s(0) == 0);
  CHECK(TimeZone::load("<+07>-7", nothing)->offset_s(0) == 25'200);
  CHECK(TimeZone().name() == "UTC");
  CHECK_FALSE(TimeZone::load("Europe/Berlin", nothing).ok());
}

TEST_CASE("the instants before 1970 belong to 1969") {
  CHECK(format_date(TimeZone().local_date(-1)) == "1969-12-31");
  CHECK(format_date(TimeZone().local_date(-86'400'000)) == "1969-12-31");
  CHECK(format_date(TimeZone().local_date(-86'400'001)) == "1969-12-30");
}

TEST_CASE("a name that could leave the folder of zones is refused") {
  const auto name =
      GENERATE("", "../etc/passwd", "Asia/../../etc/passwd", "/etc/localtime", "Asia//Tokyo",
               "Asia/", "Asia/.", "Asia/Tokyo\n", "Asia", "-x", "nonsense");
  CAPTURE(name);
  const auto loaded = TimeZone::load(name);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == Code::invalid);
}

TEST_CASE("a mistyped zone is answered with the nearest name") {
  const auto loaded = TimeZone::load("Asia/Ho_Chi_Min", k_packed_only);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().hint == "Asia/Ho_Chi_Minh");
}

TEST_CASE("the host's zone comes first, the packed one steps in when it is missing or damaged") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("kontor-zones-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string tokyo(*ZonePack::embedded().find("Asia/Tokyo"));
  const std::string berlin(*ZonePack::embedded().find("Europe/Berlin"));
  const std::string pack = pack_of({{"Here", berlin}, {"There", berlin}});
  std::ofstream(folder / "Here", std::ios::binary) << tokyo;
  std::ofstream(folder / "There", std::ios::binary) << tokyo.substr(0, tokyo.size() / 2);
  const ZoneSources sources{.host_folder = folder.string(), .pack = ZonePack(pack)};
  CHECK(TimeZone::load("Here", sources)->offset_s(0) == 9 * 3600);
  CHECK(TimeZone::load("There", sources)->offset_s(0) == 3600);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a damaged zone file is refused, wherever it is cut") {
  const std::string_view berlin = *ZonePack::embedded().find("Europe/Berlin");
  REQUIRE(read_tzif(berlin));
  for (std::size_t length = 0; length < berlin.size(); ++length) {
    CAPTURE(length);
    REQUIRE_FALSE(read_tzif(std::string(berlin.substr(0, length))));
  }
  for (std::size_t at = 0; at < berlin.size(); ++at) {
    std::string changed(berlin);
    changed[at] = static_cast<char>(changed[at] ^ 0xFF);
    read_tzif(changed);  // must not read outside; the sanitizers watch
  }
}

TEST_CASE("a zone whose changes are out of order is refused") {
  // Its second header and times, found by their place: 44 bytes of header, then 8 bytes a change.
  std::string berlin(*ZonePack::embedded().find("Europe/Berlin"));
  const std::size_t times = berlin.rfind("TZif") + 44;
  REQUIRE(read_tzif(berlin));
  std::swap_ranges(berlin.begin() + static_cast<std::ptrdiff_t>(times),
                   berlin.begin() + static_cast<std::ptrdiff_t>(times + 8),
                   berlin.begin() + static_cast<std::ptrdiff_t>(times + 8));
  CHECK_FALSE(read_tzif(berlin));
}

TEST_CASE("a damaged pack has no zones") {
  const std::string pack = pack_of({{"A", "a"}, {"B", "bb"}});
  CHECK(ZonePack(pack).find("B") == "bb");
  CHECK(ZonePack(pack).names() == std::vector<std::string_view>{"A", "B"});
  CHECK_FALSE(ZonePack(pack).find("C"));
  CHECK(ZonePack(pack.substr(0, 30)).names().empty());
  CHECK_FALSE(ZonePack("KTZI0002" + pack.substr(8)).find("A"));
  CHECK(ZonePack(pack.substr(0, pack.size() - 1)).find("B") == "");
  CHECK(ZonePack(pack.substr(0, pack.size() - 3)).names() ==
        std::vector<std::string_view>{"A", ""});
}
