#include "base/civil.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace kontor {
namespace {

constexpr std::int64_t k_first_ms = -62'135'596'800'000;  // 0001-01-01T00:00:00.000Z
constexpr std::int64_t k_last_ms = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z
constexpr std::size_t k_date_length = 10;

// Takes numbers and marks off the front of a text; after the first that is missing it only fails.
class FieldReader {
 public:
  explicit FieldReader(std::string_view rest) : rest_(rest) {}

  // Exactly `digits` digits with a value from `low` to `high`.
  int number(std::size_t digits, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    if (value < low || value > high) failed_ = true;
    return value;
  }
  char mark(std::string_view allowed) {
    const char c = rest_.empty() ? '\0' : rest_.front();
    if (rest_.empty() || allowed.find(c) == std::string_view::npos) failed_ = true;
    else rest_.remove_prefix(1);
    return c;
  }
  bool next_is_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  bool next_is(char c) const { return rest_.starts_with(c); }
  int digit() {
    if (!next_is_digit()) {
      failed_ = true;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }
  bool ok() const { return !failed_; }
  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

Date read_date(FieldReader& reader) {
  Date date;
  date.year = reader.number(4, 1, 9999);
  reader.mark("-");
  date.month = reader.number(2, 1, 12);
  reader.mark("-");
  date.day = reader.number(2, 1, reader.ok() ? days_in_month(date.year, date.month) : 31);
  return date;
}

int read_fraction_ms(FieldReader& reader) {
  if (!reader.next_is('.')) return 0;
  reader.mark(".");
  int ms = reader.digit() * 100;
  for (const int weight : {10, 1}) {
    if (reader.next_is_digit()) ms += reader.digit() * weight;
  }
  while (reader.next_is_digit()) reader.digit();
  return ms;
}

int read_offset_s(FieldReader& reader) {
  const char sign = reader.mark("Zz+-");
  if (!reader.ok() || sign == 'Z' || sign == 'z') return 0;
  const int hours = reader.number(2, 0, 23);
  reader.mark(":");
  const int minutes = reader.number(2, 0, 59);
  return (sign == '-' ? -60 : 60) * (hours * 60 + minutes);
}

// Writes `value` in `width` digits, zeros in front, and returns the place after them.
char* put_digits(char* at, std::int64_t value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + width;
}

char* put_date(char* at, const Date& date) {
  at = put_digits(at, date.year, 4);
  *at++ = '-';
  at = put_digits(at, date.month, 2);
  *at++ = '-';
  return put_digits(at, date.day, 2);
}

}  // namespace

std::int64_t days_from_civil(const Date& date) {
  const std::chrono::year_month_day civil(std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(date.month)),
                                          std::chrono::day(static_cast<unsigned>(date.day)));
  return std::chrono::sys_days(civil).time_since_epoch().count();
}

Date civil_from_days(std::int64_t days) {
  const std::chrono::year_month_day civil{std::chrono::sys_days(std::chrono::days(days))};
  return {.year = static_cast<int>(civil.year()),
          .month = static_cast<int>(static_cast<unsigned>(civil.month())),
          .day = static_cast<int>(static_cast<unsigned>(civil.day()))};
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && std::chrono::year(year).is_leap()) return 29;
  return lengths.at(static_cast<std::size_t>(month - 1));
}

Date add_days(const Date& date, std::int64_t days) {
  return civil_from_days(days_from_civil(date) + days);
}

Date add_months(const Date& date, int months) {
  const int index = date.year * 12 + date.month - 1 + months;
  Date moved{.year = index / 12, .month = index % 12 + 1, .day = date.day};
  moved.day = std::min(moved.day, days_in_month(moved.year, moved.month));
  return moved;
}

int weekday(const Date& date) {
  const std::int64_t days = days_from_civil(date) + 4;  // 1970-01-01 was a Thursday
  return static_cast<int>((days % 7 + 7) % 7);
}

std::optional<Date> parse_date(std::string_view text) {
  FieldReader reader(text);
  const Date date = read_date(reader);
  if (!reader.at_end()) return std::nullopt;
  return date;
}

std::string format_date(const Date& date) {
  std::array<char, k_date_length> text{};
  put_date(text.data(), date);
  return {text.data(), text.size()};
}

std::optional<std::int64_t> parse_instant(std::string_view text) {
  FieldReader reader(text);
  const Date date = read_date(reader);
  reader.mark("Tt ");
  const std::int64_t hour = reader.number(2, 0, 23);
  reader.mark(":");
  const std::int64_t minute = reader.number(2, 0, 59);
  reader.mark(":");
  const std::int64_t second = reader.number(2, 0, 59);
  const std::int64_t fraction_ms = read_fraction_ms(reader);
  const std::int64_t offset_s = read_offset_s(reader);
  if (!reader.at_end()) return std::nullopt;
  const std::int64_t of_day_s = hour * 3600 + minute * 60 + second - offset_s;
  return (days_from_civil(date) * k_day_s + of_day_s) * 1000 + fraction_ms;
}

std::array<char, 24> instant_characters(std::int64_t ms) {
  ms = std::clamp(ms, k_first_ms, k_last_ms);
  constexpr std::int64_t day_ms = k_day_s * 1000;
  const std::int64_t of_day = (ms % day_ms + day_ms) % day_ms;
  std::array<char, 24> text{};
  char* at = put_date(text.data(), civil_from_days((ms - of_day) / day_ms));
  *at++ = 'T';
  at = put_digits(at, of_day / 3'600'000, 2);
  *at++ = ':';
  at = put_digits(at, of_day / 60'000 % 60, 2);
  *at++ = ':';
  at = put_digits(at, of_day / 1000 % 60, 2);
  *at++ = '.';
  at = put_digits(at, of_day % 1000, 3);
  *at = 'Z';
  return text;
}

std::string format_instant(std::int64_t ms) {
  const auto text = instant_characters(ms);
  return {text.data(), text.size()};
}

}  // namespace kontor
