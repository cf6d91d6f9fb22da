// One value at a time: from JSON, and from text.
#include <algorithm>

#include "base/civil.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/email.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "model/decode.h"

namespace kontor::model {
namespace {

Decoded refuse(std::string code, std::string detail) {
  return {.value = {},
          .error = FieldError{.pointer = "", .code = std::move(code), .detail = std::move(detail)}};
}

Decoded wrong_type(std::string_view wanted, const Json& input) {
  return refuse("wrong_type",
                "Must be " + std::string(wanted) + ", not " + std::string(input.type_name()) + ".");
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::string listing(std::span<const std::string_view> choices) {
  std::string out;
  for (std::string_view choice : choices) {
    if (!out.empty()) out += ", ";
    out += choice;
  }
  return out;
}

Decoded bounded_text(const Field& field, std::string text) {
  if (text.empty()) return {};
  if (utf8_length(text) > field.max)
    return refuse("too_long", "At most " + std::to_string(field.max) + " characters.");
  const bool lines = field.kind == Kind::long_text;
  if (lines ? text.find('\0') != std::string::npos
            : std::any_of(text.begin(), text.end(), is_control))
    return refuse("control_character", "Must not hold control characters or line breaks.");
  return {.value = std::move(text)};
}

Decoded decode_currency(std::string text) {
  if (text.empty()) return {};
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (!currency_exponent(text))
    return refuse("invalid_currency", "Must be a currency code of ISO 4217, such as EUR or VND.");
  return {.value = std::move(text)};
}

// Text kinds, from text that is UTF-8 already.
Decoded decode_text(const Field& field, std::string_view raw) {
  switch (field.kind) {
    case Kind::email: {
      Decoded decoded = bounded_text(field, trimmed(raw));
      const std::string* text = std::get_if<std::string>(&decoded.value);
      if (text != nullptr && !is_email(*text))
        return refuse("invalid_email", "Must be an e-mail address, such as anna@example.com.");
      return decoded;
    }
    case Kind::choice: {
      if (raw.empty()) return {};
      if (std::find(field.choices.begin(), field.choices.end(), raw) == field.choices.end())
        return refuse("invalid_choice", "Must be one of: " + listing(field.choices) + ".");
      return {.value = std::string(raw)};
    }
    case Kind::currency: return decode_currency(trimmed(raw));
    case Kind::date: {
      if (raw.empty()) return {};
      if (!parse_date(raw)) return refuse("invalid_date", "Must be a calendar date, YYYY-MM-DD.");
      return {.value = std::string(raw)};
    }
    case Kind::instant: {
      if (raw.empty()) return {};
      const auto ms = parse_instant(raw);
      if (!ms)
        return refuse("invalid_time",
                      "Must be a time as in RFC 3339, such as 2026-01-31T09:30:00Z.");
      return {.value = *ms};
    }
    case Kind::reference: {
      if (raw.empty()) return {};
      const auto id = Uuid::parse(raw);
      if (!id) return refuse("invalid_id", "Must be the id (a UUID) of a record.");
      return {.value = id->text()};
    }
    case Kind::code:
    case Kind::phone:
    case Kind::country: return bounded_text(field, trimmed(raw));
    default: return bounded_text(field, std::string(raw));
  }
}

int places_of(Kind kind) {
  switch (kind) {
    case Kind::unit_price:
    case Kind::quantity: return k_quantity_places;
    case Kind::rate: return k_rate_places;
    default: return 0;
  }
}

Decoded decode_number(const Field& field, std::string_view text) {
  if (text.empty()) return {};
  const int places = places_of(field.kind);
  const auto scaled = parse_decimal(text, places);
  if (!scaled) {
    return refuse("invalid_number", places == 0 ? "Must be a whole number."
                                                : "Must be a decimal number with at most " +
                                                      std::to_string(places) +
                                                      " places, and not too large.");
  }
  if (field.kind == Kind::rate && (*scaled < 0 || *scaled > k_rate_one))
    return refuse("out_of_range", "Must be between 0 and 1: write 8 % as \"0.08\".");
  const bool signed_kind = field.kind == Kind::integer || field.kind == Kind::quantity;
  if (*scaled > limits::money_max || *scaled < (signed_kind ? -limits::money_max : 0))
    return refuse("out_of_range", signed_kind
                                      ? "Is too large."
                                      : "Must not be negative or above 999,999,999,999,999.");
  return {.value = *scaled};
}

bool is_numeric(Kind kind) {
  return kind == Kind::integer || kind == Kind::money || places_of(kind) != 0;
}

Decoded decode_tags(const Json& input) {
  const JsonArray* array = input.array();
  if (array == nullptr) return wrong_type("an array of strings", input);
  if (array->size() > limits::tags)
    return refuse("too_long", "At most " + std::to_string(limits::tags) + " tags.");
  std::vector<std::string> seen;
  std::string text;
  JsonWriter out(text);
  out.begin_array();
  for (const Json& item : *array) {
    if (item.string() == nullptr) return wrong_type("an array of strings", item);
    std::string tag = trimmed(*item.string());
    if (tag.empty() || tag.size() > limits::tag_bytes ||
        std::any_of(tag.begin(), tag.end(), is_control))
      return refuse("invalid_tag", "A tag has 1 to " + std::to_string(limits::tag_bytes) +
                                       " bytes and no control characters.");
    if (std::find(seen.begin(), seen.end(), tag) != seen.end()) continue;
    out.string(tag);
    seen.push_back(std::move(tag));
  }
  out.end_array();
  return {.value = std::move(text)};
}

Decoded decode_custom(const Json& input) {
  if (input.object() == nullptr) return wrong_type("an object", input);
  std::string text = kontor::to_text(input);
  if (text.size() > limits::custom_bytes)
    return refuse("too_long",
                  "At most " + std::to_string(limits::custom_bytes) + " bytes of JSON.");
  return {.value = std::move(text)};
}

Decoded number_from_json(const Field& field, const Json& input) {
  if (const auto* integer = input.integer()) {
    if (field.kind == Kind::rate && *integer != 0 && *integer != 1)
      return refuse("out_of_range", "Must be between 0 and 1: write 8 % as \"0.08\".");
    return decode_number(field, std::to_string(*integer));
  }
  const bool fractional = places_of(field.kind) != 0;
  if (fractional && input.decimal() != nullptr) return decode_number(field, input.decimal()->text);
  if (fractional && input.string() != nullptr) {
    if (input.string()->empty()) return refuse("invalid_number", "Must be a decimal number.");
    return decode_number(field, *input.string());
  }
  return wrong_type(field.kind == Kind::money ? "an integer of minor units"
                    : fractional              ? "a decimal string or an integer"
                                              : "an integer",
                    input);
}

}  // namespace

Decoded from_json(const Field& field, const Json& input) {
  if (input.is_null()) return {};
  if (field.kind == Kind::boolean) {
    if (input.boolean() == nullptr) return wrong_type("true or false", input);
    return {.value = std::int64_t{*input.boolean() ? 1 : 0}};
  }
  if (is_numeric(field.kind)) return number_from_json(field, input);
  if (field.kind == Kind::tags) return decode_tags(input);
  if (field.kind == Kind::custom) return decode_custom(input);
  if (input.string() == nullptr) return wrong_type("a string", input);
  return decode_text(field, *input.string());
}

Decoded from_text(const Field& field, std::string_view text) {
  if (text.empty()) return {};
  if (field.kind == Kind::boolean) {
    if (text == "true" || text == "1" || text == "yes") return {.value = std::int64_t{1}};
    if (text == "false" || text == "0" || text == "no") return {.value = std::int64_t{0}};
    return refuse("invalid_boolean", "Must be true or false.");
  }
  if (is_numeric(field.kind)) return decode_number(field, text);
  if (field.kind == Kind::tags || field.kind == Kind::custom) {
    Result<Json> json = parse_json(text);
    if (!json.ok()) return refuse("malformed", json.error().message);
    return from_json(field, *json);
  }
  if (!is_utf8(text)) return refuse("invalid_utf8", "Is not valid UTF-8.");
  return decode_text(field, text);
}

}  // namespace kontor::model
