// Whose the contacts of a customer and the payments of an order are: without an owner of their own
// they take the holder of the record that they belong to (Entity::parent), so that whoever sees an
// order sees its payments.
#pragma once

#include "crm/rules/rules.h"

namespace kontor::crm {

// Gives a record without an owner that of its parent; one that had its owner from its parent and
// moves to another parent takes the new one's. Whether the owner was set here.
bool inherit_owner(const Scope& scope, const model::Entity& entity, const model::Record* before,
                   model::Record& record);

// After a record went to another owner: what belongs to it and had its old holder goes along, as
// changes of their own. What lies in the trash stays with whoever had it.
Result<void> pass_on_owner(const Scope& scope, const model::Entity& entity,
                           const model::Record* before, const model::Record& record);

}  // namespace kontor::crm
