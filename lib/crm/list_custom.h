// Filters on custom fields, and the order by one. A record carries them as one JSON object of
// whatever names and values it was given, so the values of one name may be of different types from
// record to record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crm/list.h"

namespace kontor::crm {

// "custom.size" → "size". nullopt: it is not of this form, or the name cannot be asked for (empty,
// longer than 60 bytes, or with a quote, backslash, bracket or control character in it).
std::optional<std::string_view> custom_name(std::string_view filter_name);

// A condition on the rows known as `t`, with a mark for each of the texts, in order.
struct CustomCondition {
  std::string sql;
  std::vector<std::string> texts;
};

// A value that reads as a number is compared with numbers, and with texts that read as one; any
// other with texts alone. eq, ne and in also find texts that are the same letter by letter. An
// empty text counts as no value. `filter.name` must have a custom_name.
CustomCondition custom_condition(const Filter& filter);

// Where a row stands in an order by the field: a text that is never null and is compared byte by
// byte, with a mark for the path that `custom_path` gives. Numbers come before texts, and texts are
// compared folded. What has no value comes last, in either direction.
std::string custom_sort_key(bool descending);
std::string custom_path(std::string_view filter_name);

}  // namespace kontor::crm
