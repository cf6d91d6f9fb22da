// Money that was received, or not, for orders that are here.
#include "crm/imports/cell_value.h"
#include "crm/imports/import_match.h"
#include "crm/imports/import_write.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace payment_field = model::payment_field;
constexpr std::string_view k_order = "order_id";

// The order that the row names; an item's fault if there is none, or more than one.
Result<Uuid> order_of(const ImportScope& scope, const ImportItem& item) {
  const std::string_view text = cell_of_target(scope.mapping, item.head, k_order);
  if (text.empty())
    return invalid_item({{"/order_id", "required", "The payment does not name its order."}});
  Match match = find_linked(scope, "orders", text);
  if (match.id) return *match.id;
  if (!match.fault)
    match.fault = FieldError{.pointer = "",
                             .code = "not_found",
                             .detail = "There is no order \"" + std::string(text) + "\"."};
  match.fault->pointer = "/order_id";
  return invalid_item({*std::move(match.fault)});
}

// By the source's id, ours, or the reference of the money's transfer.
Result<std::optional<Uuid>> find_payment_of(const ImportScope& scope, const ImportItem& item,
                                            const Uuid& order) {
  Match match = find_linked(scope, "payments", item.key);
  const std::string_view reference = cell_of_target(scope.mapping, item.head, "reference");
  if (!match.id && !reference.empty()) match = find_payment(scope, order, reference, item.key);
  if (!match.fault) return match.id;
  match.fault->pointer = "/reference";
  return invalid_item({*std::move(match.fault)});
}

// Of a payment that was given back in full, the amount says how much that was.
void complete(Record& payment) {
  const bool all = payment.text(payment_field::status) == "refunded";
  if (all && payment.integer(payment_field::refunded) == 0)
    payment.values[payment_field::refunded] = payment.values[payment_field::amount];
}

void check_refund(const Record& payment, std::vector<FieldError>& errors) {
  const std::string& status = payment.text(payment_field::status);
  const std::int64_t refunded = payment.integer(payment_field::refunded);
  const std::int64_t amount = payment.integer(payment_field::amount);
  const bool whole = refunded == amount;
  bool fits = refunded == 0;
  if (status == "refunded") fits = whole;
  if (status == "partially_refunded") fits = refunded > 0 && refunded < amount;
  if (!fits)
    errors.push_back({"/refunded", "out_of_range",
                      "A payment that is " + status + " cannot have this amount refunded."});
}

}  // namespace

Result<Imported> import_payment(const ImportScope& scope, const ImportItem& item) {
  const Uuid order_id = TRY(order_of(scope, item));
  const Record order = TRY(scope.records.load(scope.tx, model::order, order_id));
  const auto existing = TRY(find_payment_of(scope, item, order_id));
  if (is_skipped(scope, existing.has_value())) return Imported{};
  std::optional<Record> before;
  if (existing) before = TRY(scope.records.load(scope.tx, model::payment, *existing));
  Record payment = before ? *before : model::blank(model::payment);
  std::vector<FieldError> errors;
  Imported made;
  // Money of another currency than the order's is refused by the rule of payments.
  TRY(set_cells(scope, item.head,
                {.entity = model::payment,
                 .mapping = scope.mapping,
                 .prefix = "",
                 .currency = order.text(model::order_field::currency),
                 .pointer = "",
                 .record = payment},
                made, errors));
  complete(payment);
  if (errors.empty()) check_refund(payment, errors);
  if (!errors.empty()) return invalid_item(std::move(errors));
  std::int64_t row_id = 0;
  const std::string& currency = order.text(model::order_field::currency);
  const std::int64_t amount = payment.integer(payment_field::amount);
  Imported imported =
      TRY(put(scope, item, before ? &*before : nullptr, std::move(payment), row_id));
  imported.totals["amount." + currency] = amount;
  return imported;
}

}  // namespace kontor::crm
