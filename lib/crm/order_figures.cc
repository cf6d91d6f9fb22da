#include "crm/order_figures.h"

namespace kontor::crm {
namespace {

using store::ReadTx;
using store::Statement;

// Summed here and not by GROUP BY, which would sort all days' figures first.
void read_states(ReadTx& tx, const Days& days, OrderFigures& figures) {
  Statement row =
      tx.prepare("SELECT status, orders FROM stats_order_days WHERE day >= ? AND day < ?");
  row.with(std::string_view(days.from), std::string_view(days.to));
  while (row.step()) {
    auto sum = figures.by_status.find(row.text(0));
    if (sum == figures.by_status.end()) sum = figures.by_status.emplace(row.text(0), 0).first;
    sum->second += row.integer(1);
  }
}

// Summed here, too: a month and its currency mostly go on from one day to the next.
void read_revenue(ReadTx& tx, const Days& days, OrderFigures& figures) {
  Statement row = tx.prepare(
      "SELECT day, currency, orders, net FROM stats_revenue_days WHERE day >= ? AND day < ?");
  row.with(std::string_view(days.from), std::string_view(days.to));
  auto month = figures.by_month.end();
  while (row.step()) {
    const std::string_view name = row.text(0).substr(0, 7), currency = row.text(1);
    const bool goes_on = month != figures.by_month.end() && month->first.first == name &&
                         month->first.second == currency;
    if (!goes_on)
      month = figures.by_month.try_emplace({std::string(name), std::string(currency)}).first;
    month->second.orders += row.integer(2);
    month->second.net += row.integer(3);
  }
  std::erase_if(figures.by_month, [](const auto& sum) { return sum.second.orders <= 0; });
  for (const auto& [month_and_currency, sum] : figures.by_month) {
    OrderFigures::Sum& all = figures.revenue[month_and_currency.second];
    all.orders += sum.orders;
    all.net += sum.net;
  }
}

bool is_within(const Days& days, std::string_view day) { return day >= days.from && day < days.to; }

void add(OrderFigures::Sum& sum, std::int64_t net) {
  sum.orders += 1;
  sum.net += net;
}

}  // namespace

OrderFigures kept_order_figures(ReadTx& tx, const Days& days) {
  OrderFigures figures;
  read_states(tx, days, figures);
  read_revenue(tx, days, figures);
  OrderCounts orders;
  for (const auto& [currency, sum] : figures.revenue) orders[currency] = sum.orders;
  figures.top = top_buyers(tx, orders, days.from, days.to);
  return figures;
}

OrderFigures order_figures_within(ReadTx& tx, const Days& days, const RowPredicate& seen) {
  Statement row = tx.prepare(
      "SELECT t.order_date, t.status, t.confirmed_on, t.currency, t.customer_id, t.net "
      "FROM orders t INDEXED BY orders_holder WHERE t.deleted_at IS NULL AND " +
      seen.sql +
      " AND ((t.order_date >= ? AND t.order_date < ?) OR "
      "(t.confirmed_on >= ? AND t.confirmed_on < ?))");
  int index = 0;
  for (const std::int64_t parameter : seen.parameters) row.bind(++index, parameter);
  for (int i = 0; i < 2; ++i) {
    row.bind(++index, std::string_view(days.from));
    row.bind(++index, std::string_view(days.to));
  }
  OrderFigures figures;
  BuyerSums buyers;
  while (row.step()) {
    const std::string status(row.text(1));
    if (is_within(days, row.text(0))) figures.by_status[status] += 1;
    if (row.is_null(2) || status == "cancelled" || !is_within(days, row.text(2))) continue;
    const std::string currency(row.text(3));
    const std::int64_t net = row.integer(5);
    add(figures.revenue[currency], net);
    add(figures.by_month[{std::string(row.text(2).substr(0, 7)), currency}], net);
    buyers.add(currency, row.integer(4), net);
  }
  figures.top = buyers.best();
  return figures;
}

}  // namespace kontor::crm
