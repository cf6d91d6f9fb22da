// Whose a record is, found by its id; for what knows records by their ids alone, as the trail does.
#pragma once

#include <cstdint>
#include <optional>

#include "base/uuid.h"
#include "crm/access/principal.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Holder {
  bool exists = false;  // there is such a record, in the trash or not
  bool trashed = false;
  std::optional<std::int64_t> user_id = {};     // users.id; none: nobody's
  std::optional<std::int64_t> creator_id = {};  // users.id; who holds it when it has no owner
};

Holder holder_of(store::ReadTx& tx, const model::Entity& entity, const Uuid& id);

// Does the caller see this record? One that is gone for good is seen by those alone who see all.
bool sees(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
          const Uuid& id);

}  // namespace kontor::crm
