// What people write into cells → values.
#pragma once

#include <string_view>

#include "model/decode.h"

namespace kontor::crm {

// Human forms: money and unit prices in major units of `currency` ("14.5" USD is 1450 cents; a unit
// price keeps four more places), dates with or without a time behind them, booleans as
// 1/0/yes/no/true/false, rates as "0.05" or "5%", choices in any case and with blanks for
// underscores, tags with commas between. All else as model::from_text. Empty text is null. Blanks
// at both ends do not count.
model::Decoded cell_value(const model::Field& field, std::string_view text,
                          std::string_view currency);

}  // namespace kontor::crm
