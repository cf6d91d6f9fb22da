#include "crm/rules/products.h"

#include "crm/stock.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace product_field = model::product_field;

Result<void> before_write(const Scope& scope, const Record*, Record& product,
                          std::vector<FieldError>& errors) {
  if (model::is_null(product.values[product_field::currency]))
    product.values[product_field::currency] = scope.organisation()->currency;
  if (product.integer(product_field::reorder_point) < 0) {
    errors.push_back(
        {.pointer = "/reorder_point", .code = "out_of_range", .detail = "Must not be negative."});
  }
  return {};
}

Result<void> after_write(const Scope& scope, const Record* before, const Record& product) {
  const std::int64_t was = before != nullptr ? before->integer(product_field::stock_on_hand) : 0;
  const std::int64_t change = product.integer(product_field::stock_on_hand) - was;
  if (change != 0) record_stock_set(scope.tx, scope.context, product.row_id, change);
  return {};
}

}  // namespace

constinit const Rules product_rules{
    .before_write = before_write, .after_write = after_write, .on_move = nullptr};

}  // namespace kontor::crm
