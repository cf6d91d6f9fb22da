// The figures of the first page, each defined beside its query and equal to the sum of the rows
// that its link lists.
#pragma once

#include <string>

#include "base/civil.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/organisation/organisation.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Period {
  Date from;  // first day, in the organisation's zone
  Date to;    // the day after the last
};

// JSON object: period, customers, products, orders, revenue, orders_by_status, revenue_by_month,
// top_customers, low_stock; every figure with `rows`, the API path that lists its rows. Each counts
// the rows that the caller sees. One that she may not see anything of, be it for the collection or
// for a field that it is made of, is null; so is what belongs to a record that she does not see.
Result<std::string> dashboard(store::ReadTx& tx, const Organisation& organisation,
                              const Principal& principal, const Period& period);

// From the first day of the month eleven months ago to tomorrow: twelve months with the current
// one.
Period default_period(const Organisation& organisation, std::int64_t now_ms);

}  // namespace kontor::crm
