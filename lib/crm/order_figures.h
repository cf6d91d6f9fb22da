// What the first page tells of orders, as numbers: from the figures that are kept, for who sees
// every order, else from the orders that the caller sees.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "crm/access/row_predicate.h"
#include "crm/top_customers.h"
#include "store/transaction.h"

namespace kontor::crm {

// From the day `from` to the day before `to`, as YYYY-MM-DD.
struct Days {
  std::string from, to;
};

struct OrderFigures {
  struct Sum {
    std::int64_t orders = 0;
    std::int64_t net = 0;  // minor units
    bool operator==(const Sum&) const = default;
  };

  std::map<std::string, std::int64_t, std::less<>> by_status;     // by the order's date
  std::map<std::string, Sum, std::less<>> revenue;                // by currency
  std::map<std::pair<std::string, std::string>, Sum> by_month{};  // by "YYYY-MM" and currency
  TopBuyers top{};
  bool operator==(const OrderFigures&) const = default;
};

// Costs what the days have, not what the orders are.
OrderFigures kept_order_figures(store::ReadTx& tx, const Days& days);

// Costs what the caller's orders are. `seen` must not be open.
OrderFigures order_figures_within(store::ReadTx& tx, const Days& days, const RowPredicate& seen);

}  // namespace kontor::crm
