// Payments: of one order, in its currency, never more than is due; money that was received is not
// edited but refunded. What they add up to is the order's (rules/orders.h, settle).
#pragma once

#include "crm/rules/rules.h"

namespace kontor::crm {

extern const Rules payment_rules;

}  // namespace kontor::crm
