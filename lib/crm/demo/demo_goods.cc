#include "crm/demo/demo_goods.h"

#include "base/check.h"
#include "base/json_writer.h"
#include "crm/demo/demo_data.h"

namespace kontor::crm {

namespace data = demo_data;

namespace {

DemoKind kind_of(const Json& item) {
  if (item.find("kind") == nullptr) return DemoKind::goods;
  const std::string name = data::word(item, "kind");
  CHECK(name == "made" || name == "service");
  return name == "made" ? DemoKind::made : DemoKind::service;
}

// One of a list of {"en": …, "vi": …} by the number that the item gives; empty: it gives none.
std::string named(const Json& item, std::string_view member_name, const JsonArray& of,
                  std::string_view language) {
  const std::int64_t at = data::number(item, member_name, -1);
  return at < 0 ? std::string() : data::word(of.at(static_cast<std::size_t>(at)), language);
}

std::string custom_of(const Json& preset, const Json& item, std::string_view language) {
  const Json* custom = item.find("custom");
  if (custom == nullptr) return {};
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const auto& [name, value] : *custom->object()) {
    out.key(data::word(data::member(data::member(preset, "names"), name), language));
    if (value.integer() != nullptr) out.integer(*value.integer());
    else out.string(*value.string());
  }
  out.end_object();
  return text;
}

DemoGood good(const Json& preset, const Json& item, std::string_view language) {
  DemoGood out;
  out.sku = data::word(item, "code");
  out.name = data::word(item, language);
  out.category = named(item, "group", data::list(preset, "groups"), language);
  out.unit = named(item, "unit", data::list(preset, "units"), language);
  out.kind = kind_of(item);
  out.weight = static_cast<std::size_t>(data::number(item, "weight", 1));
  if (item.find("quantities") != nullptr) out.quantities = data::numbers(item, "quantities");
  out.custom = custom_of(preset, item, language);
  return out;
}

// nullptr: an item without variants.
const JsonArray* variants_of(const Json& preset, const Json& item) {
  if (item.find("variants") == nullptr) return nullptr;
  return &data::list(data::member(preset, "variants"), data::word(item, "variants"));
}

}  // namespace

std::vector<DemoGood> demo_goods(const Json& preset, std::string_view language,
                                 const DemoPrices& prices) {
  std::vector<DemoGood> out;
  const JsonArray& items = data::list(preset, "items");
  for (std::size_t round = 0, before = items.size() + 1; out.size() != before; ++round) {
    before = out.size();
    for (const Json& item : items) {
      const JsonArray* variants = variants_of(preset, item);
      if (round >= (variants == nullptr ? 1 : variants->size())) continue;
      DemoGood one = good(preset, item, language);
      std::int64_t percent = 100;
      if (variants != nullptr) {
        const Json& variant = variants->at(round);
        one.sku += "-" + data::word(variant, "code");
        one.name += ", " + data::word(variant, language);
        percent = data::number(variant, "percent", 100);
      }
      one.price = prices.price(data::number(item, "price") * percent / 100);
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace kontor::crm
