#include "crm/record_counts.h"

#include "model/entities/order.h"

namespace kontor::crm {

RecordCounts record_counts(store::ReadTx& tx) {
  RecordCounts counts;
  store::Statement customers =
      tx.prepare("SELECT live FROM stats_records WHERE collection = 'customers'");
  if (customers.step()) counts.customers = customers.integer(0);
  for (const std::string_view status : model::order.fields[model::order_field::status].choices) {
    store::Statement orders =
        tx.prepare("SELECT coalesce(sum(orders), 0) FROM stats_order_days WHERE status = ?");
    orders.with(status);
    orders.step();
    counts.orders.emplace_back(status, orders.integer(0));
  }
  return counts;
}

}  // namespace kontor::crm
