#include "base/posix_zone.h"

#include <algorithm>

#include "base/civil.h"

namespace kontor {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view rest) : rest_(rest) {}

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  void expect(char c) {
    if (!take(c)) fail();
  }

  // One or more digits with a value from `low` to `high`.
  int number(int low, int high) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < 4 && is_digit(rest_[digits])) {
      value = value * 10 + (rest_[digits++] - '0');
    }
    rest_.remove_prefix(digits);
    if (digits == 0 || value < low || value > high) fail();
    return value;
  }

  // "EST", or "<+07>"; at least three characters as POSIX asks.
  void zone_name() {
    const bool quoted = take('<');
    std::size_t length = 0;
    while (length < rest_.size() && is_name_char(rest_[length], quoted)) ++length;
    rest_.remove_prefix(length);
    if (length < 3 || (quoted && !take('>'))) fail();
  }

  // [+-]hours[:minutes[:seconds]]
  std::int32_t time_s(int hours_max) {
    const int sign = take('-') ? -1 : 1;
    if (sign > 0) take('+');
    std::int32_t value = number(0, hours_max) * 3600;
    if (take(':')) value += number(0, 59) * 60;
    if (take(':')) value += number(0, 59);
    return sign * value;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_name_char(char c, bool quoted) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (quoted && (is_digit(c) || c == '+' || c == '-'));
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr int k_offset_hours_max = 24;
constexpr int k_rule_hours_max = 167;  // RFC 8536 3.3.1: a week and back

ZoneRule scan_rule(Scanner& scanner) {
  ZoneRule rule;
  if (scanner.take('M')) {
    rule.month = scanner.number(1, 12);
    scanner.expect('.');
    rule.week = scanner.number(1, 5);
    scanner.expect('.');
    rule.day = scanner.number(0, 6);
  } else if (scanner.take('J')) {
    rule.kind = ZoneRule::Kind::julian;
    rule.day = scanner.number(1, 365);
  } else {
    rule.kind = ZoneRule::Kind::day_of_year;
    rule.day = scanner.number(0, 365);
  }
  if (scanner.take('/')) rule.time_s = scanner.time_s(k_rule_hours_max);
  return rule;
}

PosixZone::Summer scan_summer(Scanner& scanner, std::int32_t standard_offset_s) {
  PosixZone::Summer summer{.offset_s = standard_offset_s + 3600,
                           .begin = {.month = 3, .week = 2},
                           .end = {.month = 11, .week = 1}};
  scanner.zone_name();
  if (scanner.at_end()) return summer;
  if (!scanner.take(',')) {
    summer.offset_s = -scanner.time_s(k_offset_hours_max);
    if (scanner.at_end()) return summer;
    scanner.expect(',');
  }
  summer.begin = scan_rule(scanner);
  scanner.expect(',');
  summer.end = scan_rule(scanner);
  return summer;
}

// Days since 1970 of the rule's day in `year`.
std::int64_t rule_day(const ZoneRule& rule, int year) {
  const std::int64_t new_year = days_from_civil({.year = year, .month = 1, .day = 1});
  if (rule.kind == ZoneRule::Kind::day_of_year) return new_year + rule.day;
  if (rule.kind == ZoneRule::Kind::julian) {
    const bool after_leap_day = days_in_month(year, 2) == 29 && rule.day >= 60;
    return new_year + rule.day - 1 + (after_leap_day ? 1 : 0);
  }
  const Date first{.year = year, .month = rule.month, .day = 1};
  int day = 1 + (rule.day - weekday(first) + 7) % 7 + (rule.week - 1) * 7;
  while (day > days_in_month(year, rule.month)) day -= 7;
  return days_from_civil(first) + day - 1;
}

int year_of(std::int64_t at_s) {
  const std::int64_t days = (at_s - ((at_s % k_day_s + k_day_s) % k_day_s)) / k_day_s;
  // std::chrono::year ends at 32767; beyond it the rules only repeat.
  constexpr std::int64_t days_max = 11'000'000;
  return civil_from_days(std::clamp(days, -days_max, days_max)).year;
}

}  // namespace

std::vector<ZoneChange> PosixZone::changes_near(std::int64_t at_s) const {
  std::vector<ZoneChange> changes;
  if (!summer) return changes;
  const int middle = year_of(at_s);
  for (int year = middle - 1; year <= middle + 1; ++year) {
    const std::int64_t end_s = rule_day(summer->end, year) * k_day_s + summer->end.time_s;
    const std::int64_t begin_s = rule_day(summer->begin, year) * k_day_s + summer->begin.time_s;
    // The clock shows summer time when summer ends, and standard time when it begins. The end
    // stands first: where summer time lasts all year, both fall together and the begin wins.
    changes.push_back({.at_s = end_s - summer->offset_s, .offset_s = standard_offset_s});
    changes.push_back({.at_s = begin_s - standard_offset_s, .offset_s = summer->offset_s});
  }
  std::stable_sort(changes.begin(), changes.end(), [&](const ZoneChange& a, const ZoneChange& b) {
    if (a.at_s != b.at_s) return a.at_s < b.at_s;
    return a.offset_s == standard_offset_s && b.offset_s != standard_offset_s;
  });
  return changes;
}

std::int32_t PosixZone::offset_at(std::int64_t at_s) const {
  std::int32_t offset_s = standard_offset_s;
  for (const ZoneChange& change : changes_near(at_s)) {
    if (change.at_s > at_s) break;
    offset_s = change.offset_s;
  }
  return offset_s;
}

std::optional<PosixZone> parse_posix_zone(std::string_view text) {
  constexpr std::size_t text_bytes_max = 128;
  if (text.size() > text_bytes_max) return std::nullopt;
  Scanner scanner(text);
  PosixZone zone;
  scanner.zone_name();
  zone.standard_offset_s = -scanner.time_s(k_offset_hours_max);
  if (scanner.ok() && !scanner.at_end()) zone.summer = scan_summer(scanner, zone.standard_offset_s);
  if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
  return zone;
}

}  // namespace kontor
