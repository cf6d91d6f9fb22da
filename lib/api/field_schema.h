// JSON schemas (Draft 2020-12) of fields and of whole records, as text.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "model/entity.h"

namespace kontor::api {

// A value as a list's filter takes it.
std::string filter_schema(const model::Field& field);

// The schemas of one collection: Customer, CustomerView (a Customer, or a part of it),
// CustomerInput, CustomerPatch, CustomerList, those of its lines and of its actions, each as a
// member.
void write_entity_schemas(JsonWriter& out, const model::Entity& entity);

}  // namespace kontor::api
