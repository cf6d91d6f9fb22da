#pragma once

#include "model/entity.h"

namespace kontor::model {

extern const Entity payment;

namespace payment_field {
extern const std::size_t order_id, method, amount, refunded, currency, status, paid_at;
}

}  // namespace kontor::model
