// The lines of an order: what they take from their products when they are written.
#pragma once

#include "crm/rules/rules.h"

namespace kontor::crm {

// Fills sku, name, unit_price, cost and tax_rate of lines that name a product and do not say them
// (for a line that is new, or whose product changed: what equals the old line's value is not said),
// and checks every line.
void complete_lines(const Scope& scope, const model::Record* before, model::Record& order,
                    std::vector<FieldError>& errors);

}  // namespace kontor::crm
