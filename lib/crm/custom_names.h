// Which custom fields the records of a collection carry: nobody declares them, so they are looked
// for where they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "crm/access/principal.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

struct CustomName {
  std::string name;
  std::string type;          // of its values: text, number, boolean; mixed: more than one of these
  std::int64_t records = 0;  // of those looked at, how many have a value of it
};

// The newest of them are looked at, so that the answer takes some milliseconds however many there
// are; a name that only older records have is not told.
inline constexpr int k_custom_records = 5'000;
inline constexpr std::size_t k_custom_names = 100;

// Of records that the caller sees and that are not in the trash: the names that a filter can take,
// the most used first. Code::forbidden if she sees none of the collection, or not its custom
// fields.
Result<std::vector<CustomName>> custom_names(store::ReadTx& tx, const Principal& principal,
                                             const model::Entity& entity);

}  // namespace kontor::crm
