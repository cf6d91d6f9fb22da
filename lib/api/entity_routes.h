// The routes that every collection has, by its entity.
#pragma once

#include <string>
#include <vector>

#include "api/route.h"
#include "model/entity.h"

namespace kontor::api {

std::vector<Route> entity_routes(const model::Entity& entity);

// "order_line" → "OrderLine": the name of an entity's schema.
std::string schema_name(const model::Entity& entity);

// "PaymentRefund": the schema of the body of an action that takes one.
std::string action_schema(const model::Entity& entity, std::string_view action);

// Members that the body of an action may have, beside none: what a refund says of its amount.
struct ActionField {
  std::string_view collection, action, name, description, schema;
};
std::vector<ActionField> action_fields(const model::Entity& entity, std::string_view action);

}  // namespace kontor::api
