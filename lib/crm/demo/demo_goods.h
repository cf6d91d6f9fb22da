// What a preset sells: its items in their variants, with prices in the firm's currency.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "crm/demo/demo_prices.h"

namespace kontor::crm {

// Goods lie on a shelf; what is made to order has a cost and no stock; a service has neither.
enum class DemoKind { goods, made, service };

struct DemoGood {
  std::string sku, name, category, unit;
  std::int64_t price = 0;  // minor units
  DemoKind kind = DemoKind::goods;
  std::size_t weight = 1;                // how often it is bought, against the others
  std::vector<std::int64_t> quantities;  // in which it is bought; empty: as the preset says
  std::string custom;                    // JSON object of custom fields; empty: none
};

// The first variant of every item, then the second ones, and so on.
std::vector<DemoGood> demo_goods(const Json& preset, std::string_view language,
                                 const DemoPrices& prices);

}  // namespace kontor::crm
