#include "crm/imports/values/date_form.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/civil.h"
#include "base/fold.h"

namespace kontor::crm {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits at the start of `text`, taken from it; nullopt: none, or more than `most`.
std::optional<int> take_number(std::string_view& text, std::size_t most, std::size_t* count) {
  std::size_t size = 0;
  int number = 0;
  for (; size < text.size() && is_digit(text[size]); ++size) {
    if (size == most) return std::nullopt;
    number = number * 10 + (text[size] - '0');
  }
  if (size == 0) return std::nullopt;
  if (count != nullptr) *count = size;
  text.remove_prefix(size);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

void take_blanks(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

std::optional<int> take_month(std::string_view& text) {
  static constexpr auto months = std::to_array<std::string_view>(
      {"january", "february", "march", "april", "may", "june", "july", "august", "september",
       "october", "november", "december"});
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto size =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), letter) - text.begin());
  const std::string word = fold_identity(text.substr(0, size));
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (word.size() < 3 || !months[i].starts_with(word)) continue;
    text.remove_prefix(size);
    return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

// The numbers of a date in the order of the text, and what follows it.
struct Parts {
  int first = 0, second = 0, year = 0;
  enum class Form { iso, slashes, points, day_month_name, month_name_day } form = Form::iso;
  std::string_view rest;
};

constexpr std::string_view k_separators = "/-.";

std::optional<Parts> numbers_of(std::string_view text) {
  std::size_t digits = 0;
  const auto first = take_number(text, 4, &digits);
  if (!first || text.empty() || k_separators.find(text.front()) == std::string_view::npos)
    return std::nullopt;
  const char separator = text.front();
  text.remove_prefix(1);
  const auto second = take_number(text, 2, nullptr);
  if (!second || !take(text, separator)) return std::nullopt;
  std::size_t last_digits = 0;
  const auto third = take_number(text, 4, &last_digits);
  if (!third) return std::nullopt;
  if (digits == 4 && last_digits <= 2)
    return Parts{.first = *third, .second = *second, .year = *first, .rest = text};
  if (digits > 2 || last_digits != 4) return std::nullopt;
  return Parts{.first = *first,
               .second = *second,
               .year = *third,
               .form = separator == '.' ? Parts::Form::points : Parts::Form::slashes,
               .rest = text};
}

void take_between(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '-' || text.front() == ','))
    text.remove_prefix(1);
}

// "31 Dec 2026", "31-Dec-2026", "Dec 31, 2026".
std::optional<Parts> named_of(std::string_view text) {
  auto month = take_month(text);
  const bool month_leads = month.has_value();
  take_between(text);
  const auto day = take_number(text, 2, nullptr);
  if (!day) return std::nullopt;
  take_between(text);
  if (!month) month = take_month(text);
  if (!month) return std::nullopt;
  take_between(text);
  std::size_t digits = 0;
  const auto year = take_number(text, 4, &digits);
  if (!year || digits != 4) return std::nullopt;
  return Parts{.first = *day,
               .second = *month,
               .year = *year,
               .form = month_leads ? Parts::Form::month_name_day : Parts::Form::day_month_name,
               .rest = text};
}

std::optional<Parts> parts_of(std::string_view text) {
  text = trim(text);
  const auto numbers = numbers_of(text);
  return numbers ? numbers : named_of(text);
}

std::optional<Date> date_of(const Parts& parts, DateOrder order) {
  Date date{.year = parts.year, .month = parts.second, .day = parts.first};
  const bool swapped = parts.form == Parts::Form::slashes && order == DateOrder::month_first;
  if (swapped) std::swap(date.month, date.day);
  if (date.month < 1 || date.month > 12 || date.year < 1) return std::nullopt;
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) return std::nullopt;
  return date;
}

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// "+0700", "+07:00", "Z", "GMT+07:00"; nothing is UTC. nullopt: anything else.
std::optional<std::string> zone_of(std::string_view text) {
  text = trim(text);
  for (const std::string_view name : {"GMT", "UTC"})
    if (text.starts_with(name)) text.remove_prefix(name.size());
  if (text.empty() || text == "Z" || text == "z") return "Z";
  const char sign = text.front();
  if (sign != '+' && sign != '-') return std::nullopt;
  std::string digits(text.substr(1));
  std::erase(digits, ':');
  constexpr std::size_t hours_only = 2, whole = 4;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  if (digits.size() == hours_only) digits += "00";
  if (digits.size() != whole) return std::nullopt;
  return sign + digits.substr(0, 2) + ":" + digits.substr(2);
}

// A date stands alone, or a time follows it: what comes behind "T" or a blank.
struct Time {
  int hour = 0, minute = 0, second = 0;
  std::string fraction, zone = "Z";
};

bool take_half_of_day(std::string_view& text, int& hour) {
  take_blanks(text);
  const std::string half = fold_identity(text.substr(0, 2));
  if (half != "am" && half != "pm") return true;
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (half == "pm" ? 12 : 0);
  text.remove_prefix(2);
  return true;
}

std::optional<Time> time_of(std::string_view text) {
  Time time;
  if (trim(text).empty()) return time;
  if (text.front() != 'T' && text.front() != ' ' && text.front() != ',') return std::nullopt;
  text.remove_prefix(1);
  take_blanks(text);
  const auto hour = take_number(text, 2, nullptr);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2, nullptr);
  if (!minute) return std::nullopt;
  time.hour = *hour;
  time.minute = *minute;
  if (take(text, ':')) {
    const auto second = take_number(text, 2, nullptr);
    if (!second) return std::nullopt;
    time.second = *second;
  }
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    time.fraction = std::string(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!take_half_of_day(text, time.hour)) return std::nullopt;
  const auto zone = zone_of(text);
  if (!zone || time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  time.zone = *zone;
  return time;
}

}  // namespace

DateHint date_hint(std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts) return DateHint::none;
  const bool day_first = date_of(*parts, DateOrder::day_first).has_value();
  if (parts->form == Parts::Form::points) return day_first ? DateHint::day_first : DateHint::none;
  if (parts->form != Parts::Form::slashes) return DateHint::none;
  const bool month_first = date_of(*parts, DateOrder::month_first).has_value();
  if (day_first && month_first)
    return parts->first == parts->second ? DateHint::none : DateHint::either;
  if (!day_first && !month_first) return DateHint::none;
  return day_first ? DateHint::day_first : DateHint::month_first;
}

std::optional<std::string> plain_date(std::string_view text, DateOrder order) {
  const auto parts = parts_of(text);
  if (!parts || !time_of(parts->rest)) return std::nullopt;
  const auto date = date_of(*parts, order);
  if (!date) return std::nullopt;
  return format_date(*date);
}

std::optional<std::string> plain_instant(std::string_view text, DateOrder order) {
  const auto parts = parts_of(text);
  if (!parts) return std::nullopt;
  const auto date = date_of(*parts, order);
  const auto time = time_of(parts->rest);
  if (!date || !time) return std::nullopt;
  return format_date(*date) + "T" + two(time->hour) + ":" + two(time->minute) + ":" +
         two(time->second) + time->fraction + time->zone;
}

}  // namespace kontor::crm
