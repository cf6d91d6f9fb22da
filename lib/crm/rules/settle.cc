// What the payments of an order come to, and the state that follows from it.
#include <string>

#include "base/check.h"
#include "crm/rows.h"
#include "crm/rules/orders.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace order_field = model::order_field;

struct Received {
  std::int64_t kept = 0;  // Σ amount − refunded of those that succeeded
  std::int64_t refunded = 0;
  bool authorized = false, failed = false;
};

Received received(store::ReadTx& tx, std::int64_t order_row_id) {
  store::Statement row = tx.prepare(
      "SELECT status, amount, refunded FROM payments WHERE order_id = ? AND deleted_at IS NULL");
  row.with(order_row_id);
  Received sum;
  while (row.step()) {
    const std::string_view status = row.text(0);
    if (status == "authorized") sum.authorized = true;
    if (status == "failed") sum.failed = true;
    if (status != "succeeded" && status != "partially_refunded" && status != "refunded") continue;
    sum.kept += row.integer(1) - row.integer(2);
    sum.refunded += row.integer(2);
  }
  return sum;
}

std::string_view payment_status(const Record& order, const Received& sum) {
  const std::int64_t total = order.integer(order_field::total);
  const bool confirmed = !model::is_null(order.values[order_field::confirmed_at]);
  if (sum.refunded > 0) return sum.kept == 0 ? "refunded" : "partially_refunded";
  if (sum.kept >= total && (sum.kept > 0 || confirmed)) return "paid";
  if (sum.kept > 0) return "partially_paid";
  if (sum.authorized) return "authorized";
  return sum.failed ? "failed" : "unpaid";
}

}  // namespace

std::string payment_status_of(store::ReadTx& tx, const Record& order) {
  return std::string(payment_status(order, received(tx, order.row_id)));
}

Result<void> settle(const Scope& scope, std::int64_t order_row_id) {
  const auto id = id_of_row(scope.tx, model::order.collection, order_row_id);
  CHECK(id.has_value());
  const Record before = TRY(scope.records.load(scope.tx, model::order, *id));
  const Received sum = received(scope.tx, order_row_id);
  Record after = before;
  after.values[order_field::paid] = sum.kept;
  after.values[order_field::due] = before.integer(order_field::total) - sum.kept;
  after.values[order_field::payment_status] = std::string(payment_status(before, sum));
  TRY(scope.records.save(scope.tx, as_program(scope.context), model::order, before,
                         std::move(after), "payment"));
  return {};
}

}  // namespace kontor::crm
