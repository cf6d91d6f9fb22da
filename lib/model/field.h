// Field: one attribute of an entity, as plain data. Validation, JSON, SQL, OpenAPI, import and
// export, audit and the UI's metadata all follow from it.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace kontor::model {

// What a value means; decides its JSON form, its column's affinity and its checks.
enum class Kind {
  text,       // one line; sorted and compared folded where `sort` is set
  long_text,  // may hold line breaks
  code,       // identifier-like text, compared as it is: sku, number, reference
  email,      // with a normal form in <column>_norm
  phone,      // with a normal form in <column>_norm
  choice,     // one of `choices`
  boolean,    // INTEGER 0 or 1
  integer,
  money,       // INTEGER minor units; the record's `currency` says of what
  unit_price,  // INTEGER minor units × 10⁴; JSON: integer minor units, or a decimal string
  quantity,    // INTEGER × 10⁴; JSON: integer, or a decimal string
  rate,        // INTEGER parts per million; JSON: decimal string, "0.08" is 8 %
  currency,    // ISO 4217 code
  country,     // ISO 3166-1 alpha-2, or the name as it was given
  date,        // TEXT YYYY-MM-DD, a calendar day, never shifted
  instant,     // INTEGER ms UTC; JSON: RFC 3339
  reference,   // INTEGER row id of `target`; JSON: its UUID
  tags,        // TEXT JSON array of strings
  custom,      // TEXT JSON object
};

enum class Write {
  anytime,
  on_create,  // may be set when the record is made, not changed later
  never,      // the server's own: derived or set by an action
  computed,   // a generated column: the database's own
};

struct Field {
  std::string_view name;  // snake_case; "address.city" is member city of the object address
  std::string_view label;
  Kind kind = Kind::text;
  Write write = Write::anytime;
  bool required = false;  // must not be null or empty
  bool unique = false;    // among live records; the index enforces it
  bool search = false;    // found by ?q=
  bool sort = false;      // an index serves the order; the column is NOT NULL
  bool personal = false;  // of a customer, contact or document: emptied when a person is erased
  bool cost = false;      // what a thing costs the firm: shown to those who may see costs alone
  std::size_t max = 200;  // code points of text; upper bound of integers is money_max
  std::span<const std::string_view> choices = {};
  std::string_view fallback = {};  // value of a new record that does not give it, as import text
  std::string_view target = {};    // reference: the collection it points to
  std::span<const std::string_view> aliases = {};  // headers by which import knows it
};

// Fields that every record of a collection has beside its own.
inline constexpr std::array<Field, 3> k_common_fields = {{
    {.name = "owner_id", .label = "Owner", .kind = Kind::reference, .target = "users"},
    {.name = "tags", .label = "Tags", .kind = Kind::tags, .personal = true},
    {.name = "custom", .label = "Custom fields", .kind = Kind::custom, .personal = true},
}};

template <std::size_t N>
constexpr std::array<Field, N + k_common_fields.size()> with_common(
    const std::array<Field, N>& own) {
  std::array<Field, N + k_common_fields.size()> all{};
  for (std::size_t i = 0; i < N; ++i) all[i] = own[i];
  for (std::size_t i = 0; i < k_common_fields.size(); ++i) all[N + i] = k_common_fields[i];
  return all;
}

// Position of a field in a record's values. A wrong name does not compile when used in a constant.
constexpr std::size_t index_of(std::span<const Field> fields, std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return i;
  throw "no such field";
}

}  // namespace kontor::model
