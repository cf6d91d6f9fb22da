#include "crm/demo/demo_data.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "crm/demo/demo.h"

extern "C" {
extern const char kontor_demo_shop[], kontor_demo_shop_end[];
extern const char kontor_demo_studio[], kontor_demo_studio_end[];
extern const char kontor_demo_manufacturing[], kontor_demo_manufacturing_end[];
extern const char kontor_demo_telegram[], kontor_demo_telegram_end[];
extern const char kontor_demo_people[], kontor_demo_people_end[];
extern const char kontor_demo_places[], kontor_demo_places_end[];
extern const char kontor_demo_prices[], kontor_demo_prices_end[];
}

namespace kontor::crm {
namespace {

constexpr std::array<std::string_view, 4> k_names = {"shop", "studio", "manufacturing", "telegram"};
constexpr std::array<std::string_view, 2> k_languages = {"en", "vi"};

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

bool has(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const std::string_view> demo_presets() { return k_names; }
std::span<const std::string_view> demo_languages() { return k_languages; }

Result<void> check_demo(std::string_view preset, std::string_view language) {
  if (!has(k_names, preset))
    return Error{.code = Code::usage,
                 .message = "There is no demo preset \"" + std::string(preset) + "\".",
                 .hint = "the presets are: " + joined(k_names)};
  if (!has(k_languages, language))
    return Error{.code = Code::usage,
                 .message = "The demo speaks no \"" + std::string(language) + "\".",
                 .hint = "the languages are: " + joined(k_languages)};
  return {};
}

namespace demo_data {
namespace {

Json parsed(const char* begin, const char* end) {
  auto json = parse_json(std::string_view(begin, static_cast<std::size_t>(end - begin)));
  CHECK(json.ok());
  return std::move(*json);
}

}  // namespace

Json preset(std::string_view name) {
  if (name == "studio") return parsed(kontor_demo_studio, kontor_demo_studio_end);
  if (name == "manufacturing")
    return parsed(kontor_demo_manufacturing, kontor_demo_manufacturing_end);
  if (name == "telegram") return parsed(kontor_demo_telegram, kontor_demo_telegram_end);
  CHECK(name == "shop");
  return parsed(kontor_demo_shop, kontor_demo_shop_end);
}

Json people() { return parsed(kontor_demo_people, kontor_demo_people_end); }
Json places() { return parsed(kontor_demo_places, kontor_demo_places_end); }
Json prices() { return parsed(kontor_demo_prices, kontor_demo_prices_end); }

const Json& member(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  CHECK(found != nullptr);
  return *found;
}

std::string word(const Json& json, std::string_view name) {
  const std::string* text = member(json, name).string();
  CHECK(text != nullptr);
  return *text;
}

bool flag(const Json& json, std::string_view name) {
  const bool* value = member(json, name).boolean();
  CHECK(value != nullptr);
  return *value;
}

std::int64_t number(const Json& json) {
  CHECK(json.integer() != nullptr);
  return *json.integer();
}

std::int64_t number(const Json& json, std::string_view name) { return number(member(json, name)); }

std::int64_t number(const Json& json, std::string_view name, std::int64_t fallback) {
  return json.find(name) != nullptr ? number(json, name) : fallback;
}

const JsonArray& list(const Json& json, std::string_view name) {
  const JsonArray* array = member(json, name).array();
  CHECK(array != nullptr);
  return *array;
}

std::vector<std::string> words(const Json& json, std::string_view name) {
  std::vector<std::string> out;
  for (const Json& item : list(json, name)) {
    CHECK(item.string() != nullptr);
    out.push_back(*item.string());
  }
  return out;
}

std::vector<std::int64_t> numbers(const Json& json, std::string_view name) {
  std::vector<std::int64_t> out;
  for (const Json& item : list(json, name)) out.push_back(number(item));
  return out;
}

}  // namespace demo_data
}  // namespace kontor::crm
