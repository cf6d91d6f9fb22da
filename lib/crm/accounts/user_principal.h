// From a user to what she may do.
#pragma once

#include <cstdint>
#include <optional>

#include "crm/access/principal.h"
#include "store/transaction.h"

namespace kontor::crm {

// With all rights of her roles and her peers; kind, credential_id and confirmed_at_ms are the
// caller's to fill. nullopt unless the user is active and still of this epoch: the one check that
// every credential passes, on every path.
std::optional<Principal> user_principal(store::ReadTx& tx, std::int64_t user_row_id,
                                        std::int64_t epoch);

}  // namespace kontor::crm
