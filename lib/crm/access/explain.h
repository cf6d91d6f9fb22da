// Why someone can or cannot see a record and do what with it, by rule.
#pragma once

#include <optional>
#include <string>

#include "base/uuid.h"
#include "crm/access/principal.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

// Who may be told what: about oneself nothing of records that one does not see,
// not even that they are there; who looks after the users is told how a record
// relates to the one that is asked about.
enum class Telling { what_she_sees, everything };

// JSON of the schema AccessExplanation. Without `id`: of the collection as
// such.
std::string explain_access(store::ReadTx& tx, const Principal& subject, const model::Entity& entity,
                           const std::optional<Uuid>& id, Telling telling);

}  // namespace kontor::crm
