#include "crm/imports/cell_value.h"

#include <algorithm>
#include <string>

#include "base/civil.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/fold.h"
#include "base/json_writer.h"
#include "base/limits.h"

namespace kontor::crm {
namespace {

using model::Decoded;
using model::Field;
using model::Kind;

Decoded refuse(std::string code, std::string detail) {
  return {.value = {},
          .error = FieldError{.pointer = "", .code = std::move(code), .detail = std::move(detail)}};
}

struct CurrencySign {
  std::string_view sign;
  std::string_view codes;  // of all that it may mean
};
constexpr CurrencySign k_signs[] = {
    {"$", "USD CAD AUD NZD SGD HKD TWD MXN"},
    {"\xE2\x82\xAC", "EUR"},  // €
    {"\xC2\xA3", "GBP"},      // £
    {"\xC2\xA5", "JPY CNY"},  // ¥
    {"\xE2\x82\xAB", "VND"},
    {"\xC4\x91", "VND"},    // ₫ đ
    {"VN\xC4\x90", "VND"},  // VNĐ
};

// Takes a currency before or behind the number off; false: it is another than that of the record.
bool take_currency(std::string_view& text, std::string_view currency) {
  const auto take = [&](std::string_view word) {
    const bool leads = text.starts_with(word);
    if (!leads && !text.ends_with(word)) return false;
    if (leads) text.remove_prefix(word.size());
    else text.remove_suffix(word.size());
    text = trim(text);
    return true;
  };
  if (take(currency)) return true;
  for (const CurrencySign& sign : k_signs)
    if (take(sign.sign)) return sign.codes.find(currency) != std::string_view::npos;
  constexpr std::size_t code = 3;
  const bool other = text.size() > code && (currency_exponent(text.substr(0, code)) ||
                                            currency_exponent(text.substr(text.size() - code)));
  return !other;
}

Decoded major_units(std::string_view text, std::string_view currency, int more_places) {
  const auto exponent = currency_exponent(currency);
  if (!exponent) return refuse("invalid_currency", "The currency of the amount is not known.");
  if (!take_currency(text, currency))
    return refuse("currency_mismatch", "The amount is not in " + std::string(currency) +
                                           ", the currency of its record.");
  const auto amount = parse_decimal(text, *exponent + more_places);
  if (!amount)
    return refuse("invalid_number", "Must be an amount with at most " +
                                        std::to_string(*exponent + more_places) +
                                        " decimal places, such as 14.5.");
  if (*amount < 0 || *amount > limits::money_max)
    return refuse("out_of_range", "Must not be negative or too large.");
  return {.value = *amount};
}

// "5%" is 50,000 parts per million: the number with four places.
Decoded rate(const Field& field, std::string_view text) {
  if (!text.ends_with('%')) return model::from_text(field, text);
  const auto percent = parse_decimal(trim(text.substr(0, text.size() - 1)), 4);
  if (!percent || *percent < 0 || *percent > k_rate_one)
    return refuse("out_of_range", "Must be between 0 and 100 %.");
  return {.value = *percent};
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

Decoded choice(const Field& field, std::string_view text) {
  std::string name = lower_ascii(text);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return model::from_text(field, name);
}

Decoded boolean(const Field& field, std::string_view text) {
  const std::string word = lower_ascii(text);
  if (word == "y" || word == "t") return {.value = std::int64_t{1}};
  if (word == "n" || word == "f") return {.value = std::int64_t{0}};
  return model::from_text(field, word);
}

// The day of "1996-07-04 00:00:00.000": the time behind it says nothing about another day, as it
// carries no zone.
Decoded date(const Field& field, std::string_view text) {
  constexpr std::size_t day = 10;
  if (text.size() <= day || (text[day] != ' ' && text[day] != 'T'))
    return model::from_text(field, text);
  const std::string_view time = text.substr(day + 1);
  const bool is_time =
      time.size() >= 5 && time.find_first_not_of("0123456789:.") == std::string_view::npos;
  if (!is_time) return refuse("invalid_date", "Must be a calendar date, YYYY-MM-DD.");
  return model::from_text(field, text.substr(0, day));
}

Decoded tags(const Field& field, std::string_view text) {
  if (text.starts_with('[')) return model::from_text(field, text);
  std::string json;
  JsonWriter out(json);
  out.begin_array();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view tag = trim(text.substr(0, comma));
    if (!tag.empty()) out.string(tag);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  out.end_array();
  return model::from_text(field, json);
}

// A street of several lines, as Salesforce and Northwind have it, is one line here.
Decoded street(const Field& field, std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view piece = trim(text.substr(0, end));
    if (!piece.empty()) line += (line.empty() ? "" : ", ") + std::string(piece);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return model::from_text(field, line);
}

}  // namespace

Decoded cell_value(const Field& field, std::string_view raw, std::string_view currency) {
  const std::string_view text = trim(raw);
  if (text.empty()) return {};
  switch (field.kind) {
    case Kind::money: return major_units(text, currency, 0);
    case Kind::unit_price: return major_units(text, currency, k_quantity_places);
    case Kind::rate: return rate(field, text);
    case Kind::boolean: return boolean(field, text);
    case Kind::choice: return choice(field, text);
    case Kind::date: return date(field, text);
    case Kind::tags: return tags(field, text);
    case Kind::text:
      if (field.name == "address.street") return street(field, text);
      return model::from_text(field, text);
    default: return model::from_text(field, text);
  }
}

}  // namespace kontor::crm
