// Orders of the past, with their lines.
#include "base/currency.h"
#include "base/limits.h"
#include "crm/imports/cell_value.h"
#include "crm/imports/import_match.h"
#include "crm/imports/import_write.h"
#include "crm/rows.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace order_field = model::order_field;
namespace line_field = model::line_field;

// Is there a day in the column of a target?
bool has_day(const ImportScope& scope, const CsvRow& row, std::string_view target,
             std::vector<FieldError>& errors) {
  static constexpr model::Field day{.name = "day", .kind = model::Kind::date};
  const model::Decoded decoded = cell_value(day, cell_of_target(scope.mapping, row, target), "");
  if (decoded.error)
    errors.push_back({"/" + std::string(target), decoded.error->code, decoded.error->detail});
  return !model::is_null(decoded.value);
}

bool holds_stock(const Record& order) {
  for (const Record& line : order.lines)
    if (line.integer(line_field::reserved) != 0) return true;
  return false;
}

// What the days of a row say became of its order.
struct OrderDays {
  bool shipped = false, cancelled = false;
};

// What an order became since is Kontor's own; a file can only say that it was shipped.
void set_state(const ImportScope& scope, const CsvRow& row, const Record* before, OrderDays days,
               Record& order) {
  if (before != nullptr) {
    order.values[order_field::status] = before->text(order_field::status);
    order.values[order_field::fulfilment_status] = before->text(order_field::fulfilment_status);
    const std::string& was = before->text(order_field::status);
    if ((was != "confirmed" && was != "processing") || holds_stock(*before)) return;
  } else if (cell_of_target(scope.mapping, row, "status").empty()) {
    order.values[order_field::status] = std::string(days.cancelled ? "cancelled" : "confirmed");
  }
  if (!days.shipped) return;
  if (order.text(order_field::status) == "cancelled") return;
  order.values[order_field::status] = std::string("completed");
  order.values[order_field::fulfilment_status] = std::string("fulfilled");
}

void set_held_from(Record& order) {
  if (order.text(order_field::status) == "on_hold" &&
      model::is_null(order.values[order_field::held_from]))
    order.values[order_field::held_from] = std::string("confirmed");
}

// A product that only its sku names.
void link_by_sku(const ImportScope& scope, const std::string& pointer, Record& line,
                 std::vector<FieldError>& errors) {
  if (!model::is_null(line.values[line_field::product_id])) return;
  const std::string& sku = line.text(line_field::sku);
  if (sku.empty()) return;
  Match match = find_linked(scope, "products", sku);
  if (match.id) line.values[line_field::product_id] = match.id->text();
  if (!match.fault) return;
  match.fault->pointer = pointer + "/sku";
  errors.push_back(*std::move(match.fault));
}

Result<void> set_lines(const ImportScope& scope, const ImportItem& item, Record& order,
                       Imported& imported, std::vector<FieldError>& errors) {
  const std::vector<Record> old = std::move(order.lines);
  order.lines.clear();
  for (std::size_t i = 0; i < item.lines.size(); ++i) {
    Record line = i < old.size() ? old[i] : model::blank(model::order_line);
    // The tax of the past is not the product's of today.
    if (i >= old.size()) line.values[line_field::tax_rate] = std::int64_t{0};
    const std::string pointer = "/lines/" + std::to_string(i);
    TRY(set_cells(scope, item.lines[i],
                  {.entity = model::order_line,
                   .mapping = scope.line_mapping,
                   .prefix = "line.",
                   .currency = order.text(order_field::currency),
                   .pointer = pointer,
                   .record = line},
                  imported, errors));
    link_by_sku(scope, pointer, line, errors);
    order.lines.push_back(std::move(line));
  }
  return {};
}

void set_currency(const ImportScope& scope, const CsvRow& row, Record& order) {
  const std::size_t at = order_field::currency;
  const model::Decoded given =
      cell_value(model::order.fields[at], cell_of_target(scope.mapping, row, "currency"), "");
  if (!model::is_null(given.value)) order.values[at] = given.value;
  if (model::is_null(order.values[at])) order.values[at] = scope.records.organisation()->currency;
}

Result<void> check_lines(const Record& order) {
  if (order.lines.size() > limits::order_lines)
    return invalid_item(
        {{"/lines", "too_long",
          "An order has at most " + std::to_string(limits::order_lines) + " lines."}});
  const std::string& status = order.text(order_field::status);
  if (order.lines.empty() && status != "draft" && status != "cancelled")
    return invalid_item({{"/lines", "no_lines", "The order has no lines."}});
  return {};
}

void add_amounts(store::ReadTx& tx, std::int64_t order, Imported& imported) {
  store::Statement row = tx.prepare(
      "SELECT o.currency, o.net, o.tax, o.shipping, o.total, "
      "(SELECT count(*) FROM order_lines l WHERE l.order_id = o.id) FROM orders o WHERE o.id = ?");
  row.with(order);
  if (!row.step()) return;
  const std::string currency(row.text(0));
  imported.totals["net." + currency] = row.integer(1);
  imported.totals["tax." + currency] = row.integer(2);
  imported.totals["shipping." + currency] = row.integer(3);
  imported.totals["total." + currency] = row.integer(4);
  imported.totals["lines"] = row.integer(5);
}

}  // namespace

Result<Imported> import_order(const ImportScope& scope, const ImportItem& item) {
  Match existing;
  if (!item.key.empty()) existing = find_linked(scope, "orders", item.key);
  if (existing.fault) return invalid_item({*existing.fault});
  if (is_skipped(scope, existing.id.has_value())) return Imported{};
  std::optional<Record> before;
  if (existing.id) before = TRY(scope.records.load(scope.tx, model::order, *existing.id));
  Record order = before ? *before : model::blank(model::order);
  std::vector<FieldError> errors;
  Imported made;
  set_currency(scope, item.head, order);
  TRY(set_cells(scope, item.head,
                {.entity = model::order,
                 .mapping = scope.mapping,
                 .prefix = "",
                 .currency = order.text(order_field::currency),
                 .pointer = "",
                 .record = order},
                made, errors));
  const OrderDays days{.shipped = has_day(scope, item.head, "shipped_date", errors),
                       .cancelled = has_day(scope, item.head, "cancelled_date", errors)};
  set_state(scope, item.head, before ? &*before : nullptr, days, order);
  set_held_from(order);
  TRY(set_lines(scope, item, order, made, errors));
  if (errors.empty()) settle_amounts(scope, item, order, errors);
  if (!errors.empty()) return invalid_item(std::move(errors));
  TRY(check_lines(order));
  std::int64_t row_id = 0;
  Imported imported = TRY(put(scope, item, before ? &*before : nullptr, std::move(order), row_id));
  imported.totals.merge(made.totals);
  add_amounts(scope.tx, row_id, imported);
  return imported;
}

}  // namespace kontor::crm
