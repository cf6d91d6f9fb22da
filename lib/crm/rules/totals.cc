// The amounts of an order from its lines. Integers only; 128 bits between; one rounding a rule.
#include <algorithm>
#include <map>
#include <numeric>

#include "base/decimal.h"
#include "base/limits.h"
#include "crm/rules/orders.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace order_field = model::order_field;
namespace line_field = model::line_field;

__extension__ using Wide = __int128;

// unit_price × quantity × (1 − discount) in minor units, rounded half away from zero (all factors
// are non-negative). At most 10¹⁵ × 10¹⁵ × 10⁶, which 128 bits hold.
Wide exact_line_total(const Record& line) {
  constexpr Wide scale = Wide{k_quantity_one} * k_quantity_one * k_rate_one;
  const Wide amount = Wide{line.integer(line_field::unit_price)} *
                      line.integer(line_field::quantity) *
                      (k_rate_one - line.integer(line_field::discount));
  return (amount + scale / 2) / scale;
}

void set_line_total(Record& line, std::size_t index, std::vector<FieldError>& errors) {
  if (line.integer(line_field::quantity) <= 0) return;  // reported by the caller
  const Wide total = exact_line_total(line);
  if (total > limits::money_max) {
    errors.push_back({.pointer = "/lines/" + std::to_string(index) + "/quantity",
                      .code = "out_of_range",
                      .detail = "The line's total is too large."});
    return;
  }
  line.values[line_field::line_total] = static_cast<std::int64_t>(total);
}

// Largest remainder: everyone gets the floor of a proportional share, what is left goes in units
// of one to the largest remainders, earlier lines first. Σ shares = discount exactly.
void spread_discount(Record& order, std::int64_t discount, std::int64_t subtotal) {
  std::vector<std::size_t> by_remainder(order.lines.size());
  std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
  std::vector<Wide> remainders(order.lines.size(), 0);
  std::int64_t left = discount;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    Record& line = order.lines[i];
    const Wide product = Wide{discount} * line.integer(line_field::line_total);
    const auto share =
        subtotal == 0 ? std::int64_t{0} : static_cast<std::int64_t>(product / subtotal);
    remainders[i] = subtotal == 0 ? 0 : product % subtotal;
    line.values[line_field::discount_share] = share;
    left -= share;
  }
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) {
    Record& line = order.lines[by_remainder[i]];
    line.values[line_field::discount_share] = line.integer(line_field::discount_share) + 1;
  }
}

// One rounding for each tax rate, over what the lines of that rate come to after the discount.
std::int64_t tax_by_group(const Record& order) {
  std::map<std::int64_t, std::int64_t> bases;
  for (const Record& line : order.lines) {
    bases[line.integer(line_field::tax_rate)] +=
        line.integer(line_field::line_total) - line.integer(line_field::discount_share);
  }
  std::int64_t tax = 0;
  for (const auto& [rate, base] : bases) tax += mul_div_round(base, rate, k_rate_one).value_or(0);
  return tax;
}

}  // namespace

void compute_totals(Record& order, std::vector<FieldError>& errors) {
  std::int64_t subtotal = 0;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    set_line_total(order.lines[i], i, errors);
    subtotal += order.lines[i].integer(line_field::line_total);
  }
  const std::int64_t discount = order.integer(order_field::discount);
  if (discount > subtotal) {
    errors.push_back({.pointer = "/discount",
                      .code = "out_of_range",
                      .detail = "The discount must not be more than the subtotal, " +
                                std::to_string(subtotal) + "."});
    return;
  }
  spread_discount(order, discount, subtotal);
  const std::int64_t net = subtotal - discount;
  const std::int64_t tax = tax_by_group(order);
  const std::int64_t total = net + tax + order.integer(order_field::shipping);
  if (total > limits::money_max) {
    errors.push_back(
        {.pointer = "/lines", .code = "out_of_range", .detail = "The order's total is too large."});
    return;
  }
  order.values[order_field::subtotal] = subtotal;
  order.values[order_field::net] = net;
  order.values[order_field::tax] = tax;
  order.values[order_field::total] = total;
  order.values[order_field::due] = total - order.integer(order_field::paid);
}

}  // namespace kontor::crm
