// The firm: what its figures, documents and new records go by.
#pragma once

#include <string>

#include "base/time_zone.h"

namespace kontor::crm {

// Texts are empty where nothing is set.
struct Organisation {
  TimeZone zone = {};            // decides "today", month edges and the year of a number
  std::string currency = "USD";  // of new records that do not say
  std::string country = "US";    // ISO 3166-1; phone numbers without a prefix are of it
  std::string name = {};
  std::string street = {};
  std::string city = {};
  std::string state = {};
  std::string postal_code = {};
  std::string tax_id = {};
  std::string email = {};
  std::string phone = {};
  std::string language = {};  // of pages for who has chosen none; empty: what her browser asks for
};

}  // namespace kontor::crm
