// The data that the demo travels with (schema/demo/), and how it is read. It is ours and tested:
// what is missing in it is a broken build, so the readers CHECK. Private to lib/crm/demo.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace kontor::crm::demo_data {

// A preset that there is (demo_presets() names them).
Json preset(std::string_view name);
Json people();
Json places();
Json prices();

const Json& member(const Json& json, std::string_view name);
std::string word(const Json& json, std::string_view name);
bool flag(const Json& json, std::string_view name);
std::int64_t number(const Json& json);
std::int64_t number(const Json& json, std::string_view name);
// What it says where it says nothing.
std::int64_t number(const Json& json, std::string_view name, std::int64_t fallback);
const JsonArray& list(const Json& json, std::string_view name);
std::vector<std::string> words(const Json& json, std::string_view name);
std::vector<std::int64_t> numbers(const Json& json, std::string_view name);

}  // namespace kontor::crm::demo_data
