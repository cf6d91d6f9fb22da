// The words of a preset in one language, from the data that travels in the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kontor::crm {

struct DemoWords {
  struct City {
    std::string city, state, postal_code, phone;  // phone: its first digits
  };
  struct Item {
    std::string code, name, category;
    std::int64_t price = 0;  // minor units
  };
  struct Variant {
    std::string code, name;
  };
  std::string currency, country;
  bool family_first = false;  // of the parts of a person's name
  std::vector<std::int64_t> shipping;
  std::vector<std::string> given, middle, family, company_words, company_kinds, job_titles, streets,
      channels;
  std::vector<City> cities;
  std::string hold_note, overdue_note;
  std::vector<Item> items;
  std::vector<Variant> variants;
};

// Code::usage if there is no such preset or language.
Result<DemoWords> demo_words(std::string_view preset, std::string_view language);

}  // namespace kontor::crm
