// Orders and their lines. What the fields' numbers mean and how they follow from each other is in
// lib/crm/rules/orders.h.
#pragma once

#include "model/entity.h"

namespace kontor::model {

extern const Entity order;
extern const Entity order_line;

namespace order_field {
extern const std::size_t number, customer_id, status, payment_status, fulfilment_status, currency,
    order_date, subtotal, discount, net, tax, shipping, total, paid, due, confirmed_at, confirmed_on,
    held_from;
}

namespace line_field {
extern const std::size_t product_id, sku, name, quantity, unit_price, discount, tax_rate, cost,
    line_total, discount_share, reserved;
}

}  // namespace kontor::model
