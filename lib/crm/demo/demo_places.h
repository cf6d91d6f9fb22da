// Where the customers of a demo live: towns, streets and telephone numbers of a country.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::crm {

struct DemoPlaces {
  struct City {
    std::string city, state, postal_code, phone;  // phone: but for its last two digits
  };
  std::string country, currency;
  std::string address;  // "{number} {street}", in the country's order
  std::vector<std::string> streets;
  std::vector<City> cities;

  std::string line(const std::string& number, const std::string& street) const;
};

// Of a country that the data know, else of the home of the language. The numbers are from ranges
// that are set aside for films and books where the country has one.
DemoPlaces demo_places(std::string_view country, std::string_view language);

}  // namespace kontor::crm
