#include "crm/rules/orders.h"

#include <string>

#include "base/civil.h"
#include "crm/numbers.h"
#include "crm/rows.h"
#include "crm/rules/order_lines.h"
#include "crm/stock.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace order_field = model::order_field;
namespace line_field = model::line_field;

Error locked(std::string message) {
  return {.code = Code::conflict, .message = std::move(message), .kind = "order_locked"};
}

// What the customer agreed to: fixed once the order leaves the draft. The ledger's own column of a
// line, `reserved`, is not part of it.
bool same_agreement(const Record& before, const Record& after) {
  for (const std::size_t field :
       {order_field::customer_id, order_field::currency, order_field::order_date,
        order_field::discount, order_field::shipping}) {
    if (before.values[field] != after.values[field]) return false;
  }
  if (before.lines.size() != after.lines.size()) return false;
  for (std::size_t i = 0; i < before.lines.size(); ++i) {
    if (before.lines[i].id != after.lines[i].id) return false;
    for (std::size_t field = 0; field < before.lines[i].values.size(); ++field) {
      if (field == line_field::reserved) continue;
      if (before.lines[i].values[field] != after.lines[i].values[field]) return false;
    }
  }
  return true;
}

std::string customer_currency(store::ReadTx& tx, const Record& order) {
  const auto id = Uuid::parse(order.text(order_field::customer_id));
  if (!id) return "";
  store::Statement row = tx.prepare("SELECT currency FROM customers WHERE uid = ?");
  row.with(store::Blob{id->blob()});
  return row.step() && !row.is_null(0) ? std::string(row.text(0)) : std::string();
}

std::string today(const Scope& scope) {
  return format_date(scope.organisation()->zone.local_date(scope.context.now_ms));
}

void fill_defaults(const Scope& scope, Record& order) {
  if (model::is_null(order.values[order_field::currency])) {
    const std::string own = customer_currency(scope.tx, order);
    order.values[order_field::currency] = own.empty() ? scope.organisation()->currency : own;
  }
  if (model::is_null(order.values[order_field::order_date]))
    order.values[order_field::order_date] = today(scope);
}

// An order of history says its state; the day that it counts for is its own date.
void complete_import(const Scope& scope, Record& order) {
  const std::string& status = order.text(order_field::status);
  if (status == "draft" || status == "cancelled") return;
  if (model::is_null(order.values[order_field::confirmed_on]))
    order.values[order_field::confirmed_on] = order.text(order_field::order_date);
  if (!model::is_null(order.values[order_field::confirmed_at])) return;
  if (const auto day = parse_date(order.text(order_field::confirmed_on)))
    order.values[order_field::confirmed_at] = scope.organisation()->zone.start_of_day_ms(*day);
}

// By an import that brought its own.
bool number_is_taken(store::ReadTx& tx, const std::string& number) {
  store::Statement row = tx.prepare("SELECT 1 FROM orders WHERE number = ?");
  row.with(std::string_view(number));
  return row.step();
}

void give_number(const Scope& scope, Record& order) {
  if (!model::is_null(order.values[order_field::number])) return;
  const std::string& date = order.text(order_field::order_date);
  std::string number;
  do {
    number = next_number(scope.tx, "SO", std::string_view(date).substr(0, 4));
  } while (number_is_taken(scope.tx, number));
  order.values[order_field::number] = std::move(number);
}

void check_paid(const Record& order, std::vector<FieldError>& errors) {
  if (order.integer(order_field::due) >= 0) return;
  errors.push_back({.pointer = "/lines",
                    .code = "below_paid",
                    .detail = "The total must not fall below what is paid, " +
                              std::to_string(order.integer(order_field::paid)) + "."});
}

// Payments say their amounts in the order's currency; those in the trash may come back.
void check_currency(store::ReadTx& tx, const Record& before, const Record& order,
                    std::vector<FieldError>& errors) {
  const std::string& was = before.text(order_field::currency);
  if (was == order.text(order_field::currency)) return;
  store::Statement payment = tx.prepare("SELECT 1 FROM payments WHERE order_id = ?");
  payment.with(order.row_id);
  if (!payment.step()) return;
  errors.push_back({.pointer = "/currency",
                    .code = "currency_mismatch",
                    .detail = "The order has payments in " + was + "."});
}

Result<void> check_trash(const Context& context, const Record* before, const Record& order) {
  const bool trashing = before != nullptr && !before->deleted_at_ms && order.deleted_at_ms;
  if (!trashing) return {};
  const std::string& status = order.text(order_field::status);
  // The history that an import brought goes in any state when the import is undone.
  if (status != "draft" && status != "cancelled" && !context.importing)
    return locked("Only drafts and cancelled orders can be deleted: cancel it first.");
  if (order.integer(order_field::paid) > 0)
    return locked("Money was paid on this order: refund it first.");
  return {};
}

Result<void> before_write(const Scope& scope, const Record* before, Record& order,
                          std::vector<FieldError>& errors) {
  TRY(check_trash(scope.context, before, order));
  if (before != nullptr && same_agreement(*before, order)) return {};
  if (before != nullptr && before->text(order_field::status) != "draft")
    return locked("An order that is " + before->text(order_field::status) +
                  " keeps its customer, currency, date, lines, discount and shipping.");
  fill_defaults(scope, order);
  complete_lines(scope, before, order, errors);
  if (errors.empty()) compute_totals(order, errors);
  if (errors.empty()) check_paid(order, errors);
  if (before != nullptr) check_currency(scope.tx, *before, order, errors);
  if (scope.context.importing) complete_import(scope, order);
  if (errors.empty())
    order.values[order_field::payment_status] = payment_status_of(scope.tx, order);
  if (before == nullptr && errors.empty()) give_number(scope, order);
  return {};
}

Result<void> confirm(const Scope& scope, Record& order) {
  if (order.lines.empty())
    return Error{.code = Code::conflict,
                 .message = "An order without lines cannot be confirmed.",
                 .kind = "no_lines"};
  TRY(reserve_stock(scope.tx, scope.context, order));
  order.values[order_field::confirmed_at] = scope.context.now_ms;
  order.values[order_field::confirmed_on] = today(scope);
  order.values[order_field::payment_status] = payment_status_of(scope.tx, order);
  return {};
}

Result<void> cancel(const Scope& scope, Record& order) {
  if (order.integer(order_field::paid) > 0)
    return Error{.code = Code::conflict,
                 .message = "Money was paid on this order: refund it first.",
                 .kind = "order_is_paid"};
  release_stock(scope.tx, scope.context, order);
  order.values[order_field::held_from] = model::Value();
  return {};
}

Result<void> on_move(const Scope& scope, const model::Move& move, Record& order, const Json&,
                     std::vector<FieldError>&) {
  std::string to(move.to);
  if (move.action == "confirm") TRY(confirm(scope, order));
  if (move.action == "cancel") TRY(cancel(scope, order));
  if (move.action == "complete") {
    ship_stock(scope.tx, scope.context, order);
    order.values[order_field::fulfilment_status] = std::string("fulfilled");
  }
  if (move.action == "hold") order.values[order_field::held_from] = order.text(order_field::status);
  if (move.action == "resume") {
    to = order.text(order_field::held_from);
    order.values[order_field::held_from] = model::Value();
  }
  order.values[order_field::status] = to;
  return {};
}

}  // namespace

constinit const Rules order_rules{
    .before_write = before_write, .after_write = nullptr, .on_move = on_move};

}  // namespace kontor::crm
