#pragma once

#include "model/entity.h"

namespace kontor::model {

extern const Entity product;

// Positions of the fields that rules work with.
namespace product_field {
extern const std::size_t sku, name, price, currency, cost, tax_rate, track_stock, stock_on_hand, stock_reserved, reorder_point, status;
}

}  // namespace kontor::model
