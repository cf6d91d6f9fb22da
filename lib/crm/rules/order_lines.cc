#include "crm/rules/order_lines.h"

#include <string>

#include "model/decode.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Record;
using model::Value;
namespace order_field = model::order_field;
namespace line_field = model::line_field;

struct Offer {
  std::string sku, name, currency, status;
  std::int64_t price = 0, tax_rate = 0;
  Value cost;
};

std::optional<Offer> offer_of(store::ReadTx& tx, const Record& line) {
  const auto id = Uuid::parse(line.text(line_field::product_id));
  if (!id) return std::nullopt;
  store::Statement row = tx.prepare(
      "SELECT sku, name, currency, status, price, tax_rate, cost FROM products WHERE uid = ? AND "
      "deleted_at IS NULL");
  row.with(store::Blob{id->blob()});
  if (!row.step()) return std::nullopt;
  Offer offer{.sku = std::string(row.text(0)),
              .name = std::string(row.text(1)),
              .currency = std::string(row.text(2)),
              .status = std::string(row.text(3)),
              .price = row.integer(4),
              .tax_rate = row.integer(5),
              .cost = {}};
  if (!row.is_null(6)) offer.cost = row.integer(6);
  return offer;
}

void fill(Value& value, Value from) {
  if (model::is_null(value)) value = std::move(from);
}

void snapshot(const Offer& offer, const Record& order, Record& line, const std::string& at,
              bool importing, std::vector<FieldError>& errors) {
  if (offer.status == "archived" && !importing) {
    errors.push_back({.pointer = at + "/product_id",
                      .code = "product_archived",
                      .detail = "The product is archived."});
  }
  fill(line.values[line_field::sku], offer.sku);
  fill(line.values[line_field::name], offer.name);
  fill(line.values[line_field::tax_rate], offer.tax_rate);
  const bool same_currency = offer.currency == order.text(order_field::currency);
  if (same_currency) {
    line.values[line_field::cost] = offer.cost;
    fill(line.values[line_field::unit_price], offer.price);
  } else if (model::is_null(line.values[line_field::unit_price])) {
    errors.push_back({.pointer = at + "/unit_price",
                      .code = "required",
                      .detail = "The product is priced in " + offer.currency +
                                ": give the price in " + order.text(order_field::currency) + "."});
  }
}

// What the old product gave and the request does not say otherwise goes with it.
void forget_product(const Record& old, Record& line) {
  for (const std::size_t field :
       {line_field::sku, line_field::name, line_field::unit_price, line_field::tax_rate}) {
    if (line.values[field] == old.values[field]) line.values[field] = Value();
  }
}

const Record* old_line(const Record* before, const Record& line) {
  if (before == nullptr || line.id == Uuid{}) return nullptr;
  for (const Record& old : before->lines)
    if (old.id == line.id) return &old;
  return nullptr;
}

void check_line(const Record& order, std::size_t index, std::vector<FieldError>& errors) {
  const Record& line = order.lines[index];
  const std::string at = "/lines/" + std::to_string(index);
  if (line.integer(line_field::quantity) <= 0)
    errors.push_back(
        {.pointer = at + "/quantity", .code = "out_of_range", .detail = "Must be more than 0."});
  for (std::size_t i = 0; i < index; ++i) {
    if (line.id == Uuid{} || order.lines[i].id != line.id) continue;
    errors.push_back(
        {.pointer = at + "/id", .code = "duplicate", .detail = "The same line is given twice."});
  }
}

}  // namespace

void complete_lines(const Scope& scope, const Record* before, Record& order,
                    std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    Record& line = order.lines[i];
    const Record* old = old_line(before, line);
    const bool bought_before = old != nullptr && old->values[line_field::product_id] ==
                                                     line.values[line_field::product_id];
    if (!bought_before) {
      line.values[line_field::cost] = Value();
      if (const auto offer = offer_of(scope.tx, line)) {
        if (old != nullptr) forget_product(*old, line);
        snapshot(*offer, order, line, "/lines/" + std::to_string(i), scope.context.importing,
                 errors);
      }
    }
    fill(line.values[line_field::tax_rate], std::int64_t{0});
    check_line(order, i, errors);
  }
  model::check_required(model::order, order, errors);
}

}  // namespace kontor::crm
