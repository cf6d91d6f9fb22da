#include "crm/rules/payments.h"

#include <string>

#include "base/check.h"
#include "crm/rows.h"
#include "crm/rules/orders.h"
#include "model/decode.h"
#include "model/entities/payment.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace payment_field = model::payment_field;

struct OrderRow {
  std::int64_t row_id = 0;
  std::string status, currency;
  std::int64_t due = 0;
  bool trashed = false;
};

std::optional<OrderRow> order_of(store::ReadTx& tx, const Record& payment) {
  const auto id = Uuid::parse(payment.text(payment_field::order_id));
  if (!id) return std::nullopt;
  store::Statement row =
      tx.prepare("SELECT id, status, currency, due, deleted_at FROM orders WHERE uid = ?");
  row.with(store::Blob{id->blob()});
  if (!row.step()) return std::nullopt;
  return OrderRow{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                  row.integer(3), !row.is_null(4)};
}

// Money that counts towards the order's `paid`.
std::int64_t received(const Record* payment) {
  if (payment == nullptr || payment->deleted_at_ms) return 0;
  const std::string& status = payment->text(payment_field::status);
  const bool counts =
      status == "succeeded" || status == "partially_refunded" || status == "refunded";
  return counts
             ? payment->integer(payment_field::amount) - payment->integer(payment_field::refunded)
             : 0;
}

Error locked(std::string message) {
  return {.code = Code::conflict, .message = std::move(message), .kind = "payment_locked"};
}

void check_against_order(const OrderRow& order, const Record* before, Record& payment,
                         std::vector<FieldError>& errors) {
  if (model::is_null(payment.values[payment_field::currency]))
    payment.values[payment_field::currency] = order.currency;
  if (payment.text(payment_field::currency) != order.currency) {
    errors.push_back({.pointer = "/currency",
                      .code = "currency_mismatch",
                      .detail = "The order is in " + order.currency + "."});
  }
  if (received(&payment) - received(before) > order.due) {
    errors.push_back({.pointer = "/amount",
                      .code = "exceeds_due",
                      .detail = "Only " + std::to_string(order.due) +
                                " is due on the order, in minor units of " + order.currency + "."});
  }
}

// A cancelled order, or one in the trash, holds no money, so none may come to it.
Result<void> check_open(const OrderRow& order) {
  if (order.trashed)
    return Error{
        .code = Code::conflict, .message = "The order is in the trash.", .kind = "order_in_trash"};
  if (order.status == "cancelled")
    return Error{
        .code = Code::conflict, .message = "The order is cancelled.", .kind = "order_cancelled"};
  return {};
}

void check_new(const Record& payment, std::vector<FieldError>& errors) {
  const std::string& status = payment.text(payment_field::status);
  if (status != "pending" && status != "authorized" && status != "succeeded") {
    errors.push_back({.pointer = "/status",
                      .code = "invalid_choice",
                      .detail = "A payment begins as pending, authorized or succeeded."});
  }
}

Result<void> before_write(const Scope& scope, const Record* before, Record& payment,
                          std::vector<FieldError>& errors) {
  const bool is_open = before == nullptr || before->text(payment_field::status) == "pending";
  if (!is_open && before->values[payment_field::amount] != payment.values[payment_field::amount])
    return locked("The amount of a payment that was made cannot be changed: refund it.");
  if (payment.integer(payment_field::amount) <= 0 &&
      !model::is_null(payment.values[payment_field::amount]))
    errors.push_back(
        {.pointer = "/amount", .code = "out_of_range", .detail = "Must be more than 0."});
  const auto order = order_of(scope.tx, payment);
  if (order) {
    // Of the past a payment comes in any state; one that holds no money may be of any order.
    const bool is_new = before == nullptr && !order->trashed &&  // else the reference is refused
                        !scope.context.importing;
    if (is_new || received(&payment) > received(before)) TRY(check_open(*order));
    if (is_new) check_new(payment, errors);
    check_against_order(*order, before, payment, errors);
  }
  const bool paid = payment.text(payment_field::status) == "succeeded";
  if (paid && model::is_null(payment.values[payment_field::paid_at]))
    payment.values[payment_field::paid_at] = scope.context.now_ms;
  return {};
}

Result<void> after_write(const Scope& scope, const Record*, const Record& payment) {
  store::Statement row = scope.tx.prepare("SELECT order_id FROM payments WHERE id = ?");
  row.with(payment.row_id);
  CHECK(row.step());
  const std::int64_t order = row.integer(0);
  row.run();
  return settle(scope, order);
}

void refund(Record& payment, const Json& body, std::vector<FieldError>& errors) {
  const std::int64_t amount = payment.integer(payment_field::amount);
  const std::int64_t left = amount - payment.integer(payment_field::refunded);
  std::int64_t wanted = left;
  if (const Json* given = body.find("amount"); given != nullptr) {
    if (given->integer() == nullptr || *given->integer() <= 0 || *given->integer() > left) {
      errors.push_back(
          {.pointer = "/amount",
           .code = "out_of_range",
           .detail = "Must be an integer from 1 to " + std::to_string(left) + ", in minor units."});
      return;
    }
    wanted = *given->integer();
  }
  const std::int64_t refunded = payment.integer(payment_field::refunded) + wanted;
  payment.values[payment_field::refunded] = refunded;
  payment.values[payment_field::status] =
      std::string(refunded == amount ? "refunded" : "partially_refunded");
}

Result<void> on_move(const Scope&, const model::Move& move, Record& payment, const Json& body,
                     std::vector<FieldError>& errors) {
  if (move.action == "refund") {
    refund(payment, body, errors);
  } else {
    payment.values[payment_field::status] = std::string(move.to);
  }
  return {};
}

}  // namespace

constinit const Rules payment_rules{
    .before_write = before_write, .after_write = after_write, .on_move = on_move};

}  // namespace kontor::crm
