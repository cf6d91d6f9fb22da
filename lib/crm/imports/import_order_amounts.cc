// What a file says an order came to, against what its lines come to.
#include "base/currency.h"
#include "base/decimal.h"
#include "crm/imports/cell_value.h"
#include "crm/imports/import_write.h"
#include "crm/rules/orders.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace order_field = model::order_field;
namespace line_field = model::line_field;

std::optional<std::int64_t> amount_of(const ImportScope& scope, const ImportItem& item,
                                      const Record& order, std::string_view target,
                                      std::vector<FieldError>& errors) {
  static constexpr model::Field money{.name = "amount", .kind = model::Kind::money};
  const model::Decoded decoded = cell_value(money, cell_of_target(scope.mapping, item.head, target),
                                            order.text(order_field::currency));
  if (decoded.error)
    errors.push_back({"/" + std::string(target), decoded.error->code, decoded.error->detail});
  const auto* amount = std::get_if<std::int64_t>(&decoded.value);
  return amount == nullptr ? std::nullopt : std::optional(*amount);
}

bool is_taxable(const ImportScope& scope, const CsvRow& line) {
  static constexpr model::Field flag{.name = "taxable", .kind = model::Kind::boolean};
  const model::Decoded decoded =
      cell_value(flag, cell_of_target(scope.line_mapping, line, "line.taxable"), "");
  return decoded.value != model::Value(std::int64_t{0});
}

Record with_totals(const Record& order) {
  Record counted = order;
  std::vector<FieldError> ignored;  // the rules say it again, in the words of a record
  compute_totals(counted, ignored);
  return counted;
}

// The shortest rate by which `base` is taxed with `tax`: 8.25 % rather than 8.2497 %.
std::int64_t rate_of(std::int64_t tax, std::int64_t base) {
  constexpr std::int64_t k_steps[] = {10'000, 1'000, 100, 10, 1};
  for (const std::int64_t step : k_steps) {
    const auto units = mul_div_round(tax, k_rate_one / step, base);
    if (!units || *units * step > k_rate_one) continue;
    const std::int64_t rate = *units * step;
    if (step == 1 || mul_div_round(base, rate, k_rate_one) == tax) return rate;
  }
  return k_rate_one;
}

void set_rates(const ImportScope& scope, const ImportItem& item, std::int64_t rate, Record& order) {
  for (std::size_t i = 0; i < order.lines.size(); ++i)
    order.lines[i].values[line_field::tax_rate] =
        is_taxable(scope, item.lines[i]) ? rate : std::int64_t{0};
}

// The tax of the whole order, as one rate on the lines that bear any.
void spread_tax(const ImportScope& scope, const ImportItem& item, std::int64_t tax, Record& order) {
  set_rates(scope, item, 0, order);
  const Record counted = with_totals(order);
  std::int64_t base = 0;
  for (std::size_t i = 0; i < counted.lines.size(); ++i)
    if (is_taxable(scope, item.lines[i]))
      base += counted.lines[i].integer(line_field::line_total) -
              counted.lines[i].integer(line_field::discount_share);
  if (tax > 0 && base > 0) set_rates(scope, item, rate_of(tax, base), order);
}

std::string shown(std::int64_t amount, const Record& order) {
  const std::string& currency = order.text(order_field::currency);
  return format_decimal(amount, currency_exponent(currency).value_or(0)) + " " + currency;
}

}  // namespace

void settle_amounts(const ImportScope& scope, const ImportItem& item, Record& order,
                    std::vector<FieldError>& errors) {
  const auto tax = amount_of(scope, item, order, "stated_tax", errors);
  const auto total = amount_of(scope, item, order, "stated_total", errors);
  if (!errors.empty() || !scope.line_mapping.has("line.unit_price")) return;
  if (tax && !scope.line_mapping.has("line.tax_rate")) spread_tax(scope, item, *tax, order);
  if (!total) return;
  const std::int64_t counted = with_totals(order).integer(order_field::total);
  if (counted == *total) return;
  if (tax && counted - *tax == *total) {
    set_rates(scope, item, 0, order);  // the prices include it
    return;
  }
  errors.push_back({"/stated_total", "total_differs",
                    "The file says " + shown(*total, order) + ", the order comes to " +
                        shown(counted, order) +
                        "; a map that leaves the column out takes it as it is."});
}

}  // namespace kontor::crm
