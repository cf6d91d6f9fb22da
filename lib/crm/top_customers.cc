#include "crm/top_customers.h"

#include <algorithm>
#include <tuple>

namespace kontor::crm {
namespace {

using store::ReadTx;
using store::Statement;

constexpr std::size_t k_top = 10;
// Reading this many orders takes about 10 ms, half of what the first page may take.
constexpr std::int64_t k_few_orders = 50'000;
// Asking this many customers takes as long.
constexpr int k_most_asked = 2'000;

bool before(const Buyer& a, const Buyer& b) {
  return std::tie(b.net, a.customer) < std::tie(a.net, b.customer);
}

OrderCounts orders_by_currency(ReadTx& tx, const std::string& from, const std::string& to) {
  OrderCounts orders;
  Statement row = tx.prepare(
      "SELECT currency, sum(orders) FROM stats_revenue_days WHERE day >= ? AND day < ? "
      "GROUP BY currency HAVING sum(orders) > 0");
  row.with(std::string_view(from), std::string_view(to));
  while (row.step()) orders[std::string(row.text(0))] = row.integer(1);
  return orders;
}

std::optional<Buyer> bought(ReadTx& tx, std::int64_t customer, const std::string& currency,
                            const std::string& from, const std::string& to) {
  Statement row = tx.prepare(
      "SELECT count(*), sum(net) FROM orders INDEXED BY orders_buyer WHERE customer_id = ? "
      "AND currency = ? AND confirmed_on >= ? AND confirmed_on < ? "
      "AND deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled'");
  row.with(customer, std::string_view(currency), std::string_view(from), std::string_view(to));
  row.step();
  if (row.integer(0) == 0) return std::nullopt;
  return Buyer{customer, row.integer(0), row.integer(1)};
}

std::optional<std::vector<Buyer>> best_of(ReadTx& tx, const std::string& currency,
                                          const std::string& from, const std::string& to) {
  std::vector<Buyer> best;  // in order
  Statement row = tx.prepare(
      "SELECT customer_id, net FROM stats_buyers WHERE currency = ? AND orders > 0 "
      "ORDER BY net DESC");
  row.with(std::string_view(currency));
  for (int asked = 0; row.step(); ++asked) {
    // Nobody's orders of a period come to more than all his orders: no amount is negative.
    if (best.size() == k_top && row.integer(1) < best.back().net) break;
    if (asked == k_most_asked) return std::nullopt;
    const auto buyer = bought(tx, row.integer(0), currency, from, to);
    if (!buyer) continue;
    best.insert(std::upper_bound(best.begin(), best.end(), *buyer, before), *buyer);
    if (best.size() > k_top) best.pop_back();
  }
  return best;
}

std::optional<TopBuyers> best_of_all(ReadTx& tx, const OrderCounts& currencies,
                                     const std::string& from, const std::string& to) {
  TopBuyers top;
  for (const auto& [currency, orders] : currencies) {
    auto best = best_of(tx, currency, from, to);
    if (!best) return std::nullopt;
    top.emplace(currency, *std::move(best));
  }
  return top;
}

}  // namespace

void BuyerSums::add(std::string_view currency, std::int64_t customer, std::int64_t net) {
  if (current_ == sums_.end() || current_->first != currency)
    current_ = sums_.try_emplace(std::string(currency)).first;
  Buyer& buyer = current_->second[customer];
  buyer.customer = customer;
  buyer.orders += 1;
  buyer.net += net;
}

TopBuyers BuyerSums::best() const {
  TopBuyers top;
  for (const auto& [currency, all] : sums_) {
    std::vector<Buyer>& best = top[currency];
    best.reserve(all.size());
    for (const auto& [customer, buyer] : all) best.push_back(buyer);
    const auto count = std::min<std::size_t>(best.size(), k_top);
    std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(count), best.end(),
                      before);
    best.resize(count);
  }
  return top;
}

// Summed here and not by GROUP BY, whose sorting takes three times as long over a year of orders.
TopBuyers top_buyers_by_orders(ReadTx& tx, const std::string& from, const std::string& to) {
  BuyerSums sums;
  Statement row = tx.prepare(
      "SELECT currency, customer_id, net FROM orders INDEXED BY orders_booked "
      "WHERE deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled' "
      "AND confirmed_on >= ? AND confirmed_on < ?");
  row.with(std::string_view(from), std::string_view(to));
  while (row.step()) sums.add(row.text(0), row.integer(1), row.integer(2));
  return sums.best();
}

std::optional<TopBuyers> top_buyers_by_rank(ReadTx& tx, const std::string& from,
                                            const std::string& to) {
  return best_of_all(tx, orders_by_currency(tx, from, to), from, to);
}

TopBuyers top_buyers(ReadTx& tx, const OrderCounts& currencies, const std::string& from,
                     const std::string& to) {
  std::int64_t orders = 0;
  for (const auto& [currency, count] : currencies) orders += count;
  if (orders > k_few_orders) {
    if (auto top = best_of_all(tx, currencies, from, to)) return *std::move(top);
  }
  return top_buyers_by_orders(tx, from, to);
}

}  // namespace kontor::crm
