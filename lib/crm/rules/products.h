// Products: the currency falls back to the firm's; every change of stock on hand is in the ledger.
#pragma once

#include "crm/rules/rules.h"

namespace kontor::crm {

extern const Rules product_rules;

}  // namespace kontor::crm
