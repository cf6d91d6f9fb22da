#include "crm/demo/demo_words.h"

#include "base/check.h"
#include "base/json.h"

extern "C" {
extern const char kontor_demo_shop[], kontor_demo_shop_end[];
}

namespace kontor::crm {
namespace {

// The data is ours and tested: what is missing in it is a broken build.
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

std::int64_t number(const Json& json) {
  CHECK(json.integer() != nullptr);
  return *json.integer();
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

void read_people(const Json& json, DemoWords& out) {
  out.given = words(json, "given");
  out.middle = words(json, "middle");
  out.family = words(json, "family");
  out.company_words = words(json, "company_words");
  out.company_kinds = words(json, "company_kinds");
  out.job_titles = words(json, "job_titles");
  out.streets = words(json, "streets");
  out.channels = words(json, "channels");
  for (const Json& city : list(json, "cities"))
    out.cities.push_back(
        {word(city, "city"), word(city, "state"), word(city, "postal_code"), word(city, "phone")});
}

void read_goods(const Json& json, std::string_view language, DemoWords& out) {
  const JsonArray& groups = list(json, "groups");
  const std::string_view price = out.currency == "VND" ? "vnd" : "usd";
  for (const Json& item : list(json, "items")) {
    const Json& group = groups.at(static_cast<std::size_t>(number(member(item, "group"))));
    out.items.push_back({word(item, "code"), word(item, language), word(group, language),
                         number(member(item, price))});
  }
  for (const Json& variant : list(json, "variants"))
    out.variants.push_back({word(variant, "code"), word(variant, language)});
}

}  // namespace

Result<DemoWords> demo_words(std::string_view preset, std::string_view language) {
  if (preset != "shop")
    return Error{.code = Code::usage,
                 .message = "There is no demo preset \"" + std::string(preset) + "\".",
                 .hint = "the presets are: shop"};
  if (language != "en" && language != "vi")
    return Error{.code = Code::usage,
                 .message = "The demo speaks no \"" + std::string(language) + "\".",
                 .hint = "the languages are: en, vi"};
  const std::string_view text(kontor_demo_shop,
                              static_cast<std::size_t>(kontor_demo_shop_end - kontor_demo_shop));
  const Json json = TRY(parse_json(text));
  const Json& own = member(json, language);
  DemoWords out;
  out.currency = word(own, "currency");
  out.country = word(own, "country");
  out.family_first = *member(own, "family_first").boolean();
  for (const Json& cost : list(own, "shipping")) out.shipping.push_back(number(cost));
  out.hold_note = word(own, "hold_note");
  out.overdue_note = word(own, "overdue_note");
  read_people(own, out);
  read_goods(json, language, out);
  return out;
}

}  // namespace kontor::crm
