#include "model/registry.h"

#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::model {
namespace {

constexpr const Entity* all[] = {&customer, &contact, &product, &order, &payment};

}  // namespace

std::span<const Entity* const> entities() { return all; }

const Entity* find_entity(std::string_view collection) {
  for (const Entity* entity : all)
    if (entity->collection == collection) return entity;
  return nullptr;
}

}  // namespace kontor::model
