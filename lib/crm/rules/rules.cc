#include "crm/rules/rules.h"

#include "crm/rules/orders.h"
#include "crm/rules/payments.h"
#include "crm/rules/products.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

constexpr Rules no_rules{};

}  // namespace

const Rules& rules_of(const model::Entity& entity) {
  if (&entity == &model::order) return order_rules;
  if (&entity == &model::payment) return payment_rules;
  if (&entity == &model::product) return product_rules;
  return no_rules;
}

}  // namespace kontor::crm
