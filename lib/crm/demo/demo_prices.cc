#include "crm/demo/demo_prices.h"

#include <algorithm>

#include "base/currency.h"
#include "crm/demo/demo_data.h"

namespace kontor::crm {
namespace {

// The finest price there is: nobody counts single cents, fils or yen.
constexpr std::int64_t k_step_min = 5, k_whole_step_min = 10;
// A price has at most so many steps, so that its last digits are 0 or 5. Without minor units the
// last digits stand before the point, where they are dropped earlier.
constexpr std::int64_t k_steps_max = 1000, k_whole_steps_max = 100;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

DemoPrices::DemoPrices(std::string_view currency)
    : level_(demo_data::number(demo_data::prices(), currency, 100)),
      exponent_(currency_exponent(currency).value_or(2)) {}

std::int64_t DemoPrices::price(std::int64_t us_cents) const {
  if (us_cents == 0) return 0;
  const std::int64_t exact = us_cents * level_ * power_of_ten(exponent_) / 10'000;
  const bool whole = exponent_ == 0;
  std::int64_t step = whole ? k_whole_step_min : k_step_min;
  for (int i = whole ? 1 : 0; exact / step > (whole ? k_whole_steps_max : k_steps_max); ++i)
    step *= i % 2 == 0 ? 2 : 5;
  return std::max((exact + step / 2) / step, std::int64_t{1}) * step;
}

}  // namespace kontor::crm
