// A checked value of a setting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/setting.h"

namespace kontor {

struct SettingValue {
  std::vector<std::string> items;  // lists: the values; otherwise exactly one
  std::int64_t number = 0;         // integers; 0 for the word
  bool boolean = false;
  bool operator==(const SettingValue&) const = default;
};

// "03:00" as minutes since midnight; nullopt: it is no such time.
std::optional<int> parse_time_of_day(std::string_view text);

// nullopt: the texts are not what `setting` allows. A single value must come as one text.
std::optional<SettingValue> check_setting(const Setting& setting, std::vector<std::string> items);

}  // namespace kontor
