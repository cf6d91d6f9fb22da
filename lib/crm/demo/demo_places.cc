#include "crm/demo/demo_places.h"

#include "crm/demo/demo.h"
#include "crm/demo/demo_data.h"

namespace kontor::crm {

namespace data = demo_data;

namespace {

void put(std::string& text, std::string_view mark, const std::string& value) {
  text.replace(text.find(mark), mark.size(), value);
}

}  // namespace

std::string DemoPlaces::line(const std::string& number, const std::string& street) const {
  std::string text = address;
  put(text, "{number}", number);
  put(text, "{street}", street);
  return text;
}

DemoPlaces demo_places(std::string_view country, std::string_view language) {
  const Json all = data::places();
  const std::string home = data::word(data::member(data::people(), language), "country");
  DemoPlaces out;
  out.country = all.find(country) != nullptr ? std::string(country) : home;
  const Json& own = data::member(all, out.country);
  out.currency = data::word(own, "currency");
  out.address = data::word(own, "address");
  out.streets = data::words(own, "streets");
  for (const Json& city : data::list(own, "cities"))
    out.cities.push_back({data::word(city, "city"), data::word(city, "state"),
                          data::word(city, "postal_code"), data::word(city, "phone")});
  return out;
}

DemoFirm demo_firm(std::string_view language, std::string_view country) {
  DemoPlaces at = demo_places(country, language);
  return {.currency = std::move(at.currency), .country = std::move(at.country)};
}

}  // namespace kontor::crm
