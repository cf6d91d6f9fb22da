#include "base/currency.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

TEST_CASE("minor units follow ISO 4217") {
  CHECK(currency_exponent("VND") == 0);
  CHECK(currency_exponent("JPY") == 0);
  CHECK(currency_exponent("USD") == 2);
  CHECK(currency_exponent("EUR") == 2);
  CHECK(currency_exponent("AED") == 2);
  CHECK(currency_exponent("ZWG") == 2);
  CHECK(currency_exponent("MRU") == 2);
  CHECK(currency_exponent("KWD") == 3);
  CHECK(currency_exponent("TND") == 3);
  CHECK(currency_exponent("CLF") == 4);
}

TEST_CASE("text that is no code of money in use is refused") {
  const auto code =
      GENERATE("", "US", "usd", "USDX", "USD ", "XXX", "XAU", "HRK", "ZWL", "ABC", "D A");
  CAPTURE(code);
  CHECK_FALSE(currency_exponent(code));
}
