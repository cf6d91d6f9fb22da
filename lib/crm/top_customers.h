// Who bought most: customers by the net of their booked orders (confirmed and not cancelled since).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/transaction.h"

namespace kontor::crm {

struct Buyer {
  std::int64_t customer = 0;  // row id
  std::int64_t orders = 0;
  std::int64_t net = 0;  // minor units
  bool operator==(const Buyer&) const = default;
};

// By currency, since amounts of different currencies have no order; most first.
using TopBuyers = std::map<std::string, std::vector<Buyer>>;

// Adds up orders one by one.
class BuyerSums {
 public:
  BuyerSums() = default;
  BuyerSums(const BuyerSums&) = delete;
  BuyerSums& operator=(const BuyerSums&) = delete;

  void add(std::string_view currency, std::int64_t customer, std::int64_t net);
  // The first ten a currency.
  TopBuyers best() const;

 private:
  using Sums = std::map<std::string, std::unordered_map<std::int64_t, Buyer>, std::less<>>;
  Sums sums_;
  Sums::iterator current_ = sums_.end();
};

using OrderCounts = std::map<std::string, std::int64_t>;  // by currency

// The first ten a currency of the orders confirmed on the days from `from` to the one before `to`,
// of which there are so many.
TopBuyers top_buyers(store::ReadTx& tx, const OrderCounts& orders, const std::string& from,
                     const std::string& to);

// The two ways that it chooses from; both exact. By the period's orders, one by one: good for few.
TopBuyers top_buyers_by_orders(store::ReadTx& tx, const std::string& from, const std::string& to);
// By the customers, from the one who has ever bought most, until nobody further down can have
// bought enough within the period: good for long periods. nullopt: too many would have to be asked.
std::optional<TopBuyers> top_buyers_by_rank(store::ReadTx& tx, const std::string& from,
                                            const std::string& to);

}  // namespace kontor::crm
