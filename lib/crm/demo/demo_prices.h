// What things cost in a currency: prices in its own minor units that someone could have set.
#pragma once

#include <cstdint>
#include <string_view>

namespace kontor::crm {

class DemoPrices {
 public:
  // An ISO 4217 code. One that the data know no level of (such as of funds) counts like the dollar.
  explicit DemoPrices(std::string_view currency);

  // Minor units of the currency for what costs that many US cents, rounded to steps of 1 or 5 of
  // some power of ten: 12.90 USD are 1,950 JPY, 4.000 KWD or 155,000 VND. Never 0 for more than 0.
  std::int64_t price(std::int64_t us_cents) const;

 private:
  std::int64_t level_ = 100;  // what 100 US dollars' worth costs, in major units
  int exponent_ = 2;
};

}  // namespace kontor::crm
